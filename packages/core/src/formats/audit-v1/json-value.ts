// Values of JSON: taken without keeping anything, or printed again in their shortest spelling. Cursor in, text out.
import {
  CLOSE_OBJECT,
  COLON,
  COMMA,
  expect,
  fail,
  type JsonCursor,
  OPEN_ARRAY,
  OPEN_OBJECT,
  peek,
  QUOTE,
  readNumber,
  readWord,
  skipText,
  unexpected,
} from './json-cursor.ts';
import { printNumber, printText, readText } from './json-text.ts';

/** Deeper than any audit event; the engine's parser stops at 1,024. */
const MAX_DEPTH = 10_000;

/** Takes one value and gives its text: the string itself, or the value as JSON. `undefined` for null. */
export function readAsText(cursor: JsonCursor): string | undefined {
  const first = peek(cursor);
  if (first === QUOTE) return readText(cursor);
  const tokens: string[] = [];
  walkValue(cursor, (token) => tokens.push(token));
  const text = tokens.join('');
  return text === 'null' ? undefined : text;
}

/** Takes one value of any kind without keeping it. Iterative: depth costs one byte a level. */
export function skipValue(cursor: JsonCursor): undefined {
  return walkValue(cursor, undefined);
}

/**
 * Takes one value; when `out` is given, its text is appended in the shortest spelling. Iterative, so that no nesting can
 * exhaust the stack.
 */
function walkValue(cursor: JsonCursor, out: ((token: string) => void) | undefined): undefined {
  const closers: number[] = [];
  for (;;) {
    const byte = peek(cursor);
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (closers.length >= MAX_DEPTH) return fail(cursor, `nested deeper than ${MAX_DEPTH.toLocaleString('en-US')}`);
      cursor.at++;
      const closer = byte + 2;
      out?.(String.fromCharCode(byte));
      if (peek(cursor) !== closer) {
        closers.push(closer);
        if (byte === OPEN_OBJECT) walkKey(cursor, out);
        if (cursor.problem !== '') return undefined;
        continue;
      }
      cursor.at++;
      out?.(String.fromCharCode(closer));
    } else {
      walkScalar(cursor, byte, out);
    }
    if (cursor.problem !== '') return undefined;
    // After a value: close what ends here, then the comma leads to the next value.
    for (;;) {
      const closer = closers.at(-1);
      if (closer === undefined) return undefined;
      const next = peek(cursor);
      if (next === COMMA) {
        cursor.at++;
        out?.(',');
        if (closer === CLOSE_OBJECT) walkKey(cursor, out);
        break;
      }
      if (next !== closer) return unexpected(cursor, `wanted "," or ${JSON.stringify(String.fromCharCode(closer))}`);
      cursor.at++;
      out?.(String.fromCharCode(closer));
      closers.pop();
    }
    if (cursor.problem !== '') return undefined;
  }
}

function walkKey(cursor: JsonCursor, out: ((token: string) => void) | undefined): undefined {
  if (peek(cursor) !== QUOTE) return unexpected(cursor, 'wanted a key in double quotes');
  walkScalar(cursor, QUOTE, out);
  if (cursor.problem === '' && expect(cursor, COLON)) out?.(':');
  return undefined;
}

function walkScalar(cursor: JsonCursor, byte: number, out: ((token: string) => void) | undefined): undefined {
  if (byte === QUOTE) {
    if (out === undefined) skipText(cursor);
    else out(printText(readText(cursor)));
  } else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
    const number = readNumber(cursor);
    out?.(printNumber(number));
  } else {
    const word = readWord(cursor);
    out?.(word);
  }
}
