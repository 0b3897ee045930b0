// Go's string literals: from quoted to what they say, with Go's complaints, and back.

export type ScannedString =
  | { readonly ok: true; readonly end: number; readonly value: string }
  | { readonly ok: false; readonly end: number; readonly problem: string };

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};
/** How many digits of which base follow `\x`, `\u`, `\U`; octal escapes have three digits and no letter. */
const NUMBERED: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The literal that starts at `start` with `"` or a backtick. */
export function scanString(text: string, start: number): ScannedString {
  return text[start] === '`' ? scanRaw(text, start) : scanQuoted(text, start);
}

function scanRaw(text: string, start: number): ScannedString {
  const close = text.indexOf('`', start + 1);
  if (close < 0) return { ok: false, end: text.length, problem: 'literal not terminated' };
  return { ok: true, end: close + 1, value: text.slice(start + 1, close) };
}

function scanQuoted(text: string, start: number): ScannedString {
  const value = new TextBytes();
  let problem: string | undefined;
  // Well written and still no text: Go finds out only behind the closing quote.
  let isNoText = false;
  let at = start + 1;
  for (;;) {
    const sign = text[at];
    if (sign === '"') break;
    if (sign === undefined || sign === '\n')
      return { ok: false, end: at, problem: problem ?? 'literal not terminated' };
    if (sign !== '\\') {
      value.addText(sign);
      at += 1;
      continue;
    }
    const read = readEscape(text, at + 1);
    if (read.problem !== undefined) problem ??= read.problem;
    else if (read.isNoText) isNoText = true;
    else if (read.byte !== undefined) value.addByte(read.byte);
    else value.addText(read.text ?? '');
    at = read.end;
  }
  if (isNoText) problem ??= 'invalid syntax';
  return problem === undefined ? { ok: true, end: at + 1, value: value.read() } : { ok: false, end: at + 1, problem };
}

interface Escape {
  readonly end: number;
  readonly text?: string;
  readonly byte?: number;
  readonly problem?: string;
  readonly isNoText?: boolean;
}

function readEscape(text: string, at: number): Escape {
  const letter = text[at] ?? '';
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { end: at + 1, text: simple };
  const octal = /[0-7]/.test(letter);
  const count = octal ? 3 : NUMBERED[letter];
  // The sign behind the backslash is not eaten: it may be the quote or the line's end.
  if (count === undefined) return { end: at, problem: 'invalid char escape' };
  const from = octal ? at : at + 1;
  const digits = (octal ? /^[0-7]*/ : /^[0-9a-f]*/i).exec(text.slice(from, from + count))?.[0] ?? '';
  const end = from + digits.length;
  if (digits.length < count) return { end, problem: 'invalid char escape' };
  const code = Number.parseInt(digits, octal ? 8 : 16);
  if (octal || letter === 'x') return code > 0xff ? { end, isNoText: true } : { end, byte: code };
  if (code > 0x10ffff) return { end, isNoText: true };
  // Halves of surrogate pairs are not characters, and Go writes its sign for that.
  return { end, text: code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code) };
}

/** Text with bytes in it: `"\xc3\xa9"` says `é`. Bytes that are no text become U+FFFD, since a query is text here. */
class TextBytes {
  #text = '';
  #bytes: number[] = [];

  addText(text: string): void {
    this.#flush();
    this.#text += text;
  }

  addByte(byte: number): void {
    this.#bytes.push(byte);
  }

  read(): string {
    this.#flush();
    return this.#text;
  }

  #flush(): void {
    if (this.#bytes.length === 0) return;
    this.#text += decodeUtf8(this.#bytes);
    this.#bytes = [];
  }
}

function decodeUtf8(bytes: readonly number[]): string {
  const percent = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
  try {
    return decodeURIComponent(percent.join(''));
  } catch {
    // Not UTF-8 as a whole: only what is ASCII can be told for certain.
    return bytes.map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join('');
  }
}

const ESCAPED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SIMPLE).map(([letter, sign]) => [sign, `\\${letter}`]),
);
const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** As Go's `%q`: what cannot be seen is escaped. */
export function quoteGo(text: string): string {
  let quoted = '"';
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    if (ESCAPED[sign] !== undefined) quoted += ESCAPED[sign];
    else if (code >= 0xd800 && code <= 0xdfff) quoted += '\\ufffd';
    else if (PRINTABLE.test(sign)) quoted += sign;
    else if (code < 0x80) quoted += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code < 0x10000) quoted += `\\u${code.toString(16).padStart(4, '0')}`;
    else quoted += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${quoted}"`;
}
