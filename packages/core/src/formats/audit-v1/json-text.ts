// Text of JSON strings: escapes and UTF-8 to the text they mean, and text back to a JSON string as the engine prints it.
import { decodeAscii, decodeUtf8 } from '../../event/index.ts';
import { BACKSLASH, hex4, type JsonCursor, QUOTE, SIMPLE_ESCAPES, skipText } from './json-cursor.ts';

/**
 * Reads a string. More tolerant than the grammar where the meaning is plain: raw control characters are taken as they are,
 * a lone surrogate escape and bytes that are not UTF-8 become U+FFFD (Go reads them so).
 */
export function readText(cursor: JsonCursor): string {
  const { bytes, end } = cursor;
  const start = cursor.at + 1;
  let at = start;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      cursor.at = at + 1;
      return decodeAscii(bytes, start, at);
    }
    if (byte === BACKSLASH || byte >= 0x80) break;
    at++;
  }
  const stop = skipText(cursor);
  if (stop < 0) return '';
  while (at < stop && bytes[at] !== BACKSLASH) at++;
  return at === stop ? decodeUtf8(bytes, start, stop) : unescapeText(bytes, start, at, stop);
}

function unescapeText(bytes: Uint8Array, start: number, firstEscape: number, stop: number): string {
  let text = decodeUtf8(bytes, start, firstEscape);
  let at = firstEscape;
  while (at < stop) {
    const next = bytes[at + 1] ?? 0;
    if (next === 0x75) {
      const unit = hex4(bytes, at + 2);
      at += 6;
      const isHigh = unit >= 0xd800 && unit <= 0xdbff;
      const low = isHigh && bytes[at] === BACKSLASH && bytes[at + 1] === 0x75 ? hex4(bytes, at + 2) : -1;
      if (low >= 0xdc00 && low <= 0xdfff) {
        text += String.fromCharCode(unit, low);
        at += 6;
      } else {
        text += unit >= 0xd800 && unit <= 0xdfff ? '\ufffd' : String.fromCharCode(unit);
      }
    } else {
      text += SIMPLE_ESCAPES.get(next) ?? '';
      at += 2;
    }
    const plain = at;
    while (at < stop && bytes[at] !== BACKSLASH) at++;
    if (at > plain) text += decodeUtf8(bytes, plain, at);
  }
  return text;
}

/** A JSON string as simdjson prints it: only what must be escaped is, the code points of control characters in upper case. */
export function printText(text: string): string {
  if (!/[\u0000-\u001f"\\\u2028\u2029]/.test(text)) return `"${text}"`;
  return `"${text.replace(/[\u0000-\u001f"\\\u2028\u2029]/g, escapeCharacter)}"`;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES.get(character);
  return short ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * A number as the engine prints it: whole numbers as written, fractions and powers in the shortest decimal form.
 * What lies outside 64 bits or a double's range (the engine refuses such lines) stays as written.
 */
export function printNumber(written: string): string {
  if (/^-?\d+$/.test(written)) return written === '-0' ? '0' : written;
  const value = Number(written);
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value).replace('e+', 'e') : written;
}
