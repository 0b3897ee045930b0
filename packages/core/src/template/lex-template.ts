// Template text in, tokens out; the last one is `eof` or an error in Go's words. Linear: each character is looked at once.
import type { Token, TokenKind } from './token.ts';

const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);
const LETTER = /[\p{L}\p{Nd}_]/u;
const SPACE = /[ \t\r\n]/;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*)(?:\.[0-9a-fA-F_]*)?(?:[eEpP][+-]?[0-9_]*)?/y;
const SYMBOLS: ReadonlyMap<string, TokenKind> = new Map([
  ['=', 'assign'],
  ['|', 'pipe'],
]);

export function lexTemplate(template: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  /** After `-}}` the text that follows loses its leading white space. */
  let trimNext = false;
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    const end = open === -1 ? template.length : open;
    const trimBefore = open !== -1 && template[open + 2] === '-' && SPACE.test(template[open + 3] ?? '');
    let from = at;
    let to = end;
    if (trimNext) while (from < to && SPACE.test(template[from] ?? '')) from += 1;
    if (trimBefore) while (to > from && SPACE.test(template[to - 1] ?? '')) to -= 1;
    if (to > from) tokens.push({ kind: 'text', at: from, text: template.slice(from, to) });
    if (open === -1) break;
    const body = open + (trimBefore ? 4 : 2);
    const after = template.startsWith('/*', body)
      ? skipComment(template, body)
      : lexAction(template, open, body, tokens);
    if (typeof after === 'string') {
      tokens.push({ kind: 'error', at: body, text: after });
      return tokens;
    }
    trimNext = after.trim;
    at = after.at;
  }
  tokens.push({ kind: 'eof', at: template.length, text: '' });
  return tokens;
}

interface ActionEnd {
  readonly at: number;
  readonly trim: boolean;
}

function skipComment(template: string, at: number): ActionEnd | string {
  const close = template.indexOf('*/', at + 2);
  if (close === -1) return 'unclosed comment';
  return rightDelimiter(template, close + 2) ?? 'comment ends before closing delimiter';
}

/** `}}` or ` -}}` here. */
function rightDelimiter(template: string, at: number): ActionEnd | undefined {
  if (SPACE.test(template[at] ?? '') && template.startsWith('-}}', at + 1)) return { at: at + 4, trim: true };
  return template.startsWith('}}', at) ? { at: at + 2, trim: false } : undefined;
}

function lexAction(template: string, open: number, start: number, tokens: Token[]): ActionEnd | string {
  tokens.push({ kind: 'left', at: open, text: '{{' });
  let at = start;
  let depth = 0;
  const push = (kind: TokenKind, end: number) => {
    tokens.push({ kind, at, text: template.slice(at, end) });
    at = end;
  };
  for (;;) {
    const right = rightDelimiter(template, at);
    if (right !== undefined) {
      if (depth > 0) return 'unclosed left paren';
      tokens.push({ kind: 'right', at, text: '}}' });
      return right;
    }
    const char = template[at];
    if (char === undefined) return 'unclosed action';
    if (SPACE.test(char)) {
      let end = at + 1;
      while (SPACE.test(template[end] ?? '') && rightDelimiter(template, end) === undefined) end += 1;
      push('space', end);
    } else if (char === ':') {
      if (template[at + 1] !== '=') return 'expected :=';
      push('declare', at + 2);
    } else if (SYMBOLS.has(char)) push(SYMBOLS.get(char) ?? 'char', at + 1);
    else if (char === '"' || char === "'") {
      const end = quoteEnd(template, at, char);
      if (end === -1) return char === '"' ? 'unterminated quoted string' : 'unterminated character constant';
      push(char === '"' ? 'string' : 'characterConstant', end);
    } else if (char === '`') {
      const end = template.indexOf('`', at + 1);
      if (end === -1) return 'unterminated raw quoted string';
      push('rawString', end + 1);
    } else if (char === '$' || (char === '.' && !/[0-9]/.test(template[at + 1] ?? ''))) {
      const end = wordEnd(template, at + 1);
      if (!isTerminated(template, end)) return `bad character ${describe(template, end)}`;
      push(char === '$' ? 'variable' : end === at + 1 ? 'dot' : 'field', end);
    } else if (/[+\-0-9.]/.test(char)) {
      NUMBER.lastIndex = at;
      const end = at + (NUMBER.exec(template)?.[0].length ?? 0);
      const tail = wordEnd(template, end);
      if (end === at || tail > end)
        return `bad number syntax: ${JSON.stringify(template.slice(at, Math.max(tail, at + 1)))}`;
      push('number', end);
    } else if (LETTER.test(codePoint(template, at))) {
      const end = wordEnd(template, at);
      const word = template.slice(at, end);
      if (!isTerminated(template, end)) return `bad character ${describe(template, end)}`;
      push(
        KEYWORDS.has(word)
          ? 'keyword'
          : word === 'nil'
            ? 'nil'
            : word === 'true' || word === 'false'
              ? 'bool'
              : 'identifier',
        end,
      );
    } else if (char === '(') {
      depth += 1;
      push('leftParen', at + 1);
    } else if (char === ')') {
      depth -= 1;
      if (depth < 0) return 'unexpected right paren';
      push('rightParen', at + 1);
    } else if (char >= ' ' && char <= '~') push('char', at + 1);
    else return `unrecognized character in action: ${describe(template, at)}`;
  }
}

function quoteEnd(template: string, start: number, quote: string): number {
  for (let i = start + 1; i < template.length; i += 1) {
    const char = template[i];
    if (char === '\n') return -1;
    if (char === '\\') i += 1;
    else if (char === quote) return i + 1;
  }
  return -1;
}

function wordEnd(template: string, start: number): number {
  let end = start;
  while (end < template.length) {
    const char = codePoint(template, end);
    if (!LETTER.test(char)) break;
    end += char.length;
  }
  return end;
}

/** What may stand behind a word. */
function isTerminated(template: string, at: number): boolean {
  const char = template[at];
  return char === undefined || SPACE.test(char) || '.,|:)('.includes(char) || template.startsWith('}}', at);
}

function codePoint(template: string, at: number): string {
  return String.fromCodePoint(template.codePointAt(at) ?? 0);
}

/** `U+0040 '@'` */
function describe(template: string, at: number): string {
  const code = template.codePointAt(at) ?? 0;
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  return code < 0x20 || code === 0x7f ? `U+${hex}` : `U+${hex} '${String.fromCodePoint(code)}'`;
}
