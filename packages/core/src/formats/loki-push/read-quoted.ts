// Go's quoted strings: `"…"`, '…' and backquotes in a text -> the text they mean and where they end, or why not.

export type ReadQuoted =
  | { readonly ok: true; readonly value: string; readonly end: number }
  | { readonly ok: false; readonly problem: string };

const SHORT: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Escapes that give bytes can build UTF-8 across several of them; those are gathered and decoded together. */
const ESCAPE = /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y;
const BYTES = /(?:\\(?:x[89a-fA-F][0-9a-fA-F]|[23][0-7]{2}))+/y;

function readByteEscapes(text: string): string {
  const percent = text.replace(/\\(?:x(..)|(...))/g, (_all, hex?: string, octal?: string) => {
    const byte = hex === undefined ? Number.parseInt(octal ?? '0', 8) : Number.parseInt(hex, 16);
    return `%${byte.toString(16).padStart(2, '0')}`;
  });
  try {
    return decodeURIComponent(percent);
  } catch {
    // Bytes that are no UTF-8: one replacement character each, as for every text that is read.
    return percent.replace(/%../g, '\ufffd');
  }
}

/** The character an escape stands for; '' when it is none. */
function readEscape(match: RegExpExecArray, quote: string): string {
  const [, short, hex, four, eight, octal] = match;
  if (short !== undefined)
    return short === "'" || short === '"' ? (short === quote ? short : '') : (SHORT[short] ?? '');
  const code = Number.parseInt(hex ?? four ?? eight ?? octal ?? '0', octal === undefined ? 16 : 8);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '';
  return String.fromCodePoint(code);
}

export function readQuoted(text: string, start: number): ReadQuoted {
  const quote = text[start] ?? '';
  if (quote === '`') {
    const end = text.indexOf('`', start + 1);
    if (end < 0) return { ok: false, problem: 'unterminated raw string' };
    return { ok: true, value: text.slice(start + 1, end), end: end + 1 };
  }
  let value = '';
  let at = start + 1;
  for (;;) {
    let plain = at;
    while (plain < text.length && text[plain] !== quote && text[plain] !== '\\' && text[plain] !== '\n') plain++;
    value += text.slice(at, plain);
    at = plain;
    const character = text[at];
    if (character === quote) return { ok: true, value, end: at + 1 };
    if (character !== '\\') return { ok: false, problem: 'unterminated quoted string' };
    BYTES.lastIndex = at;
    const bytes = BYTES.exec(text)?.[0];
    if (bytes !== undefined) {
      value += readByteEscapes(bytes);
      at += bytes.length;
      continue;
    }
    ESCAPE.lastIndex = at;
    const found = ESCAPE.exec(text);
    const meant = found === null ? '' : readEscape(found, quote);
    if (found === null || meant === '') {
      const next = text.codePointAt(at + 1);
      if (next === undefined) return { ok: false, problem: 'escape sequence not terminated' };
      return {
        ok: false,
        problem: `unknown escape sequence U+${next.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(next)}'`,
      };
    }
    value += meant;
    at += found[0].length;
  }
}
