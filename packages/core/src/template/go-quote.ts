// Go's quoted strings, both ways: `strconv.Quote` for error texts and %q, `strconv.Unquote` for constants in templates.
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
]);
const UNESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);
/** Letters, marks, numbers, punctuation, symbols and the plain space: what Go prints as it is. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

export function goQuote(text: string, quote: '"' | "'" = '"'): string {
  let quoted: string = quote;
  for (const char of text) quoted += escapeChar(char, quote);
  return quoted + quote;
}

function escapeChar(char: string, quote: string): string {
  if (char === quote) return `\\${char}`;
  const known = ESCAPES.get(char);
  if (known !== undefined) return known;
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xd800 && code < 0xe000) return '\\ufffd';
  if (PRINTABLE.test(char)) return char;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** The text of a Go string or character constant, quotes included; undefined when it is none. */
export function goUnquote(quoted: string): string | undefined {
  const quote = quoted[0];
  if (quoted.length < 2 || quote === undefined || quoted.at(-1) !== quote) return undefined;
  const body = quoted.slice(1, -1);
  if (quote === '`') return body.includes('`') ? undefined : body.replaceAll('\r', '');
  if (body.includes('\n')) return undefined;
  let text = '';
  for (let i = 0; i < body.length; ) {
    const char = body[i] ?? '';
    if (char === quote) return undefined;
    if (char !== '\\') {
      text += char;
      i += 1;
      continue;
    }
    const read = readEscape(body, i + 1, quote);
    if (read === undefined) return undefined;
    text += read.text;
    i = read.end;
  }
  return quote === "'" && [...text].length !== 1 ? undefined : text;
}

/** `\x` and octal escapes are bytes in Go; below 0x80 that is the character, above we take the code point. */
function readEscape(body: string, at: number, quote: string): { text: string; end: number } | undefined {
  const char = body[at] ?? '';
  if (char === quote) return { text: char, end: at + 1 };
  const plain = UNESCAPES.get(char);
  if (plain !== undefined) return { text: plain, end: at + 1 };
  const digits = char === 'x' ? 2 : char === 'u' ? 4 : char === 'U' ? 8 : 0;
  if (digits > 0) {
    const hex = body.slice(at + 1, at + 1 + digits);
    const code = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : -1;
    if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
    return { text: String.fromCodePoint(code), end: at + 1 + digits };
  }
  const octal = body.slice(at, at + 3);
  if (!/^[0-3][0-7]{2}$/.test(octal)) return undefined;
  return { text: String.fromCharCode(Number.parseInt(octal, 8)), end: at + 3 };
}
