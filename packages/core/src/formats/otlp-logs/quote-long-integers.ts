// JSON text -> the same with integers in quotes that JSON.parse would round: times in nanoseconds are such, and not all senders write them as texts.

/** Fifteen digits are always exact. */
const LONG = /-?\d{16,}(?![\d.eE])/y;
const NUMBER = /-?[\d.eE+-]+/y;

/** Behind a string's last quote; a text that is broken off ends with itself. */
function skipString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at === -1) return text.length;
    let slashes = 0;
    while (text.charAt(at - 1 - slashes) === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

/** Whatever is no JSON stays none. */
export function quoteLongIntegers(text: string): string {
  if (!/\d{16}/.test(text)) return text;
  const pieces: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const sign = text.charAt(at);
    if (sign === '"') {
      at = skipString(text, at);
      continue;
    }
    if (sign !== '-' && !(sign >= '0' && sign <= '9')) {
      at++;
      continue;
    }
    LONG.lastIndex = at;
    const long = LONG.exec(text)?.[0];
    NUMBER.lastIndex = at;
    const whole = NUMBER.exec(text)?.[0] ?? sign;
    if (long === whole) {
      pieces.push(text.slice(copied, at), '"', long, '"');
      copied = at + long.length;
    }
    at += whole.length;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(copied);
}
