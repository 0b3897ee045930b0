// From query text to tokens, in one pass. The list ends with `$end`, or with an `error` where the text cannot be read on.
import { parseByteSize } from './byte-size.ts';
import { parseDuration } from './duration.ts';
import { scanString } from './go-string.ts';
import { type Place, placeFinder } from './place.ts';
import { scanNumber } from './scan-number.ts';
import { FUNCTIONS, KEYWORDS, TOKEN_TYPES, type Token, type TokenType } from './token.ts';

const WORD = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
/** Spaces and comments, of both kinds and over lines. */
const GAP = /(?:[ \t\r\n]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const SIGNS: ReadonlySet<string> = new Set(TOKEN_TYPES.filter((type) => !/^[a-z]/i.test(type)));
const CHARACTER = /'((?:\\.|[^'\n\\])*)(')?/suy;
/** What a duration or a size may go on with behind its first number. */
const DURATION_REST = /[\p{N}.nuµmshdwy]*/uy;
const BYTES_REST = /[\p{N}.BikKMGTP]*/uy;
const FLAG = /--(?:strict|keep-empty)(?![\p{L}\p{Nd}_-])/uy;

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

export function lex(text: string): readonly Token[] {
  const placeAt = placeFinder(text);
  const tokens: Token[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  for (;;) {
    at += matchAt(GAP, text, at).length;
    const token = readToken(text, at, placeAt(at));
    tokens.push(token);
    if (token.type === '$end' || token.type === 'error') return tokens;
    at = token.end;
  }
}

function readToken(text: string, start: number, place: Place): Token {
  const make = (type: TokenType, end: number, value = text.slice(start, end)): Token => ({
    type,
    start,
    end,
    ...place,
    text: value,
  });
  const sign = text[start];
  if (sign === undefined) return make('$end', start, '');
  if (text.startsWith('/*', start)) return make('error', text.length, 'comment not terminated');
  if (sign === '\0') return make('error', start + 1, 'invalid character NUL');
  if (sign === '"' || sign === '`') {
    const string = scanString(text, start);
    return string.ok ? make('STRING', string.end, string.value) : make('error', string.end, string.problem);
  }
  if (sign === "'") return readCharacter(text, start, make);
  if (sign === '[') return readRange(text, start, make);
  if (/[0-9]/.test(sign) || (sign === '.' && /[0-9]/.test(text[start + 1] ?? ''))) return readNumber(text, start, make);
  if (sign === '-') return readMinus(text, start, make);
  const word = matchAt(WORD, text, start);
  if (word !== '') return make(wordType(text, word, start + word.length), start + word.length);
  const two = text.slice(start, start + 2);
  // The second sign is read by itself, and with it Loki loses the line.
  if (two.length === 2 && SIGNS.has(two)) return { ...make(two as TokenType, start + 2), line: 0 };
  // Loki takes a sign it does not know for a name.
  const end = start + String.fromCodePoint(text.codePointAt(start) ?? 0).length;
  return make(SIGNS.has(sign) ? (sign as TokenType) : 'IDENTIFIER', end);
}

type Make = (type: TokenType, end: number, value?: string) => Token;

function wordType(text: string, word: string, end: number): TokenType {
  const lower = word.toLowerCase();
  if (KEYWORDS.has(lower)) return lower as TokenType;
  const type = FUNCTIONS.get(lower);
  if (type === undefined) return 'IDENTIFIER';
  const next = end + matchAt(GAP, text, end).length;
  if (text[next] === '(' || /^(?:by|without)$/i.test(matchAt(WORD, text, next))) return type;
  return 'IDENTIFIER';
}

/** Go's character literal: a name like any unknown sign when it holds one character, a fault otherwise. */
function readCharacter(text: string, start: number, make: Make): Token {
  CHARACTER.lastIndex = start;
  const match = CHARACTER.exec(text);
  const end = start + (match?.[0].length ?? 1);
  if (match?.[2] === undefined) return make('error', end, 'literal not terminated');
  return [...(match[1] ?? '').replace(/\\(?:x..|u....|.)/su, 'x')].length === 1
    ? make('IDENTIFIER', end)
    : make('error', end, 'invalid char literal');
}

// From here on: read sign by sign by Loki, which loses the line thereby. Users of both see the same number.

function readRange(text: string, start: number, make: Make): Token {
  const close = text.indexOf(']', start);
  if (close < 0) return { ...make('error', text.length, "missing closing ']' in duration"), line: 0 };
  const duration = parseDuration(text.slice(start + 1, close));
  if (!duration.ok) return { ...make('error', close + 1, duration.problem), line: 0 };
  return { ...make('RANGE', close + 1), line: 0, nanos: duration.nanos };
}

function readNumber(text: string, start: number, make: Make): Token {
  const number = scanNumber(text, start);
  if (number.problem !== undefined) return make('error', number.end, number.problem);
  return (
    readDuration(text, start, number.end, make) ??
    readBytes(text, start, number.end, make) ??
    make('NUMBER', number.end)
  );
}

function readMinus(text: string, start: number, make: Make): Token {
  const flag = matchAt(FLAG, text, start);
  if (flag !== '') return { ...make('PARSER_FLAG', start + flag.length), line: 0 };
  return readDuration(text, start, start + 1, make) ?? make('-', start + 1);
}

function readDuration(text: string, start: number, from: number, make: Make): Token | undefined {
  const rest = matchAt(DURATION_REST, text, from);
  const duration = rest === '' ? undefined : parseDuration(text.slice(start, from + rest.length));
  if (!duration?.ok) return undefined;
  return { ...make('DURATION', from + rest.length), line: 0, nanos: duration.nanos };
}

function readBytes(text: string, start: number, from: number, make: Make): Token | undefined {
  const rest = matchAt(BYTES_REST, text, from);
  const bytes = rest === '' ? undefined : parseByteSize(text.slice(start, from + rest.length));
  return bytes === undefined ? undefined : { ...make('BYTES', from + rest.length), line: 0, bytes };
}
