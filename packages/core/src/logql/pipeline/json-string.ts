// The text of a JSON string: escapes resolved, what cannot be resolved refused.
export const JsonFault = { badEscape: 'Encountered an invalid escape sequence in a string' } as const;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The string between `from` and `to`, undefined with an invalid escape. */
export function unescapeJson(text: string, from: number, to: number): string | undefined {
  const slash = text.indexOf('\\', from);
  if (slash === -1 || slash >= to) return text.slice(from, to);
  let value = text.slice(from, slash);
  let at = slash;
  while (at < to) {
    if (text[at] !== '\\') {
      const next = text.indexOf('\\', at);
      const end = next === -1 || next > to ? to : next;
      value += text.slice(at, end);
      at = end;
      continue;
    }
    const plain = at + 1 < to ? ESCAPES[text[at + 1] ?? ''] : undefined;
    if (plain !== undefined) {
      value += plain;
      at += 2;
      continue;
    }
    const unit = readUnit(text, at, to);
    if (unit === undefined) return undefined;
    const paired = unit >= 0xd800 && unit < 0xe000;
    const low = paired ? readUnit(text, at + 6, to) : undefined;
    if (paired && (low === undefined || low < 0xdc00)) return undefined;
    value += low === undefined ? String.fromCharCode(unit) : String.fromCharCode(unit, low);
    at += paired ? 12 : 6;
  }
  return value;
}

/** A label's value of the string: what cannot be resolved is empty, and no replacement characters. */
export function readJsonString(text: string, from: number, to: number): string {
  const value = unescapeJson(text, from, to) ?? '';
  return value.includes('\ufffd') ? value.replaceAll('\ufffd', ' ') : value;
}

/** `\u00e9` at `at`. */
function readUnit(text: string, at: number, to: number): number | undefined {
  if (at + 6 > to || text[at] !== '\\' || text[at + 1] !== 'u') return undefined;
  const hex = text.slice(at + 2, at + 6);
  return /^[0-9a-fA-F]{4}$/.test(hex) ? Number.parseInt(hex, 16) : undefined;
}
