// JsonCursor: one pass over the bytes of a line; every read moves it forward. The first problem ends the pass and is kept as a sentence.
import { decodeUtf8 } from '../../event/index.ts';

/** Not a class: nothing opens or closes. `problem` set means: stop, every later read gives nothing. */
export interface JsonCursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  problem: string;
}

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const COMMA = 0x2c;
export const COLON = 0x3a;

export const jsonCursor = (bytes: Uint8Array, at = 0, end = bytes.length): JsonCursor => ({
  bytes,
  end,
  at,
  problem: '',
});

/** Keeps the first problem only: what follows a fault is noise. */
export function fail(cursor: JsonCursor, what: string): undefined {
  if (cursor.problem === '') cursor.problem = `not JSON: ${what}`;
  cursor.at = cursor.end;
}

/** Next byte that is no white space, without taking it; -1 at the end. */
export function peek(cursor: JsonCursor): number {
  const { bytes, end } = cursor;
  let at = cursor.at;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) {
      cursor.at = at;
      return byte;
    }
    at++;
  }
  cursor.at = end;
  return -1;
}

/** Takes `wanted` or fails with what stood there instead. */
export function expect(cursor: JsonCursor, wanted: number): boolean {
  const byte = peek(cursor);
  if (byte === wanted) {
    cursor.at++;
    return true;
  }
  unexpected(cursor, `wanted ${JSON.stringify(String.fromCharCode(wanted))}`);
  return false;
}

export function unexpected(cursor: JsonCursor, wanted: string): undefined {
  const byte = peek(cursor);
  if (byte < 0) fail(cursor, `unexpected end after ${cursor.end.toLocaleString('en-US')} bytes`);
  else fail(cursor, `${describe(byte)} at byte ${cursor.at}, ${wanted}`);
}

function describe(byte: number): string {
  if (byte >= 0x20 && byte < 0x7f) return JSON.stringify(String.fromCharCode(byte));
  return `byte 0x${byte.toString(16).padStart(2, '0')}`;
}

/** Takes a string and checks its escapes; gives the place of its closing quote, -1 on a problem. */
export function skipText(cursor: JsonCursor): number {
  const { bytes, end } = cursor;
  let at = cursor.at + 1;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      cursor.at = at + 1;
      return at;
    }
    if (byte === BACKSLASH) {
      const length = escapeLength(bytes, at, end);
      if (length === 0) {
        cursor.at = at;
        if (at + 1 < end) fail(cursor, `bad escape at byte ${at}`);
        break;
      }
      at += length;
    } else {
      at++;
    }
  }
  fail(cursor, `unexpected end after ${end.toLocaleString('en-US')} bytes, inside a string`);
  return -1;
}

/** 2 for `\n` and its kind, 6 for `\u00e9`, 0 for anything else. */
function escapeLength(bytes: Uint8Array, at: number, end: number): number {
  const next = bytes[at + 1] ?? 0;
  if (at + 1 >= end) return 0;
  if (next === 0x75) return at + 6 <= end && hex4(bytes, at + 2) >= 0 ? 6 : 0;
  return SIMPLE_ESCAPES.has(next) ? 2 : 0;
}

/** What stands behind the backslash, and what it means. */
export const SIMPLE_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x22, '"'],
  [0x5c, '\\'],
  [0x2f, '/'],
  [0x62, '\b'],
  [0x66, '\f'],
  [0x6e, '\n'],
  [0x72, '\r'],
  [0x74, '\t'],
]);

/** Four hex digits at `at`; -1 when they are not. */
export function hex4(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let index = at; index < at + 4; index++) {
    const byte = bytes[index] ?? 0;
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
    if (digit < 0 || digit > 15 || (byte > 0x39 && digit < 10)) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** Takes a number and gives its text as written. */
export function readNumber(cursor: JsonCursor): string {
  const { bytes, end } = cursor;
  const start = cursor.at;
  let at = start;
  const isDigit = (): boolean => at < end && (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39;
  const digits = (): boolean => {
    if (!isDigit()) return false;
    while (isDigit()) at++;
    return true;
  };
  if (bytes[at] === 0x2d) at++;
  const leadingZero = bytes[at] === 0x30;
  let good = leadingZero ? ++at > 0 && !isDigit() : digits();
  if (good && at < end && bytes[at] === 0x2e) {
    at++;
    good = digits();
  }
  if (good && at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    good = digits();
  }
  if (!good) {
    cursor.at = start;
    fail(
      cursor,
      at >= end ? `unexpected end after ${end.toLocaleString('en-US')} bytes` : `bad number at byte ${start}`,
    );
    return '';
  }
  cursor.at = at;
  return decodeUtf8(bytes, start, at);
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
]);

/** Takes `true`, `false` or `null`. */
export function readWord(cursor: JsonCursor): string {
  const word = WORDS.get(cursor.bytes[cursor.at] ?? 0) ?? '';
  const text = decodeUtf8(cursor.bytes, cursor.at, Math.min(cursor.at + word.length, cursor.end));
  if (word === '' || text !== word) {
    if (word !== '' && word.startsWith(text))
      fail(cursor, `unexpected end after ${cursor.end.toLocaleString('en-US')} bytes`);
    else unexpected(cursor, 'wanted a value');
    return '';
  }
  cursor.at += word.length;
  return word;
}
