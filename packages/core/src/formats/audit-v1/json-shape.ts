// Shapes: which keys of an event are wanted and as what. Reads them the way the engine's JSONExtract converts, so that both parse roads agree.
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  expect,
  type JsonCursor,
  OPEN_ARRAY,
  OPEN_OBJECT,
  peek,
  QUOTE,
  readNumber,
  unexpected,
} from './json-cursor.ts';
import { readText } from './json-text.ts';
import { readAsText, skipValue } from './json-value.ts';

/** Values as read; a record's absent keys are undefined. */
export type Read = string | number | readonly string[] | ReadonlyMap<string, string> | ReadRecord;
export interface ReadRecord {
  readonly [key: string]: Read | undefined;
}

/**
 * What a key is wanted as. `keys` are in the order of the engine's tuple, because an array in the place of an object fills it
 * by position.
 */
export type Shape =
  | { readonly kind: 'text' | 'texts' | 'map' | 'uint16' }
  | { readonly kind: 'record'; readonly keys: ReadonlyMap<string, Shape> };

export const TEXT: Shape = { kind: 'text' };
export const TEXTS: Shape = { kind: 'texts' };
export const MAP: Shape = { kind: 'map' };
export const UINT16: Shape = { kind: 'uint16' };
export const record = (keys: Readonly<Record<string, Shape>>): Shape => ({
  kind: 'record',
  keys: new Map(Object.entries(keys)),
});

/** Takes one value. `undefined` when it cannot be had as `shape`: then a later duplicate of the same key gets its chance. */
export function readShape(cursor: JsonCursor, shape: Shape): Read | undefined {
  switch (shape.kind) {
    case 'text':
      return readAsText(cursor);
    case 'texts':
      return readTexts(cursor);
    case 'map':
      return readMap(cursor);
    case 'uint16':
      return readUint16(cursor);
    case 'record':
      return readRecord(cursor, shape.keys);
  }
}

/** Null becomes '', and a list of nothing but nulls counts as unreadable, both as the engine has it. */
function readTexts(cursor: JsonCursor): readonly string[] | undefined {
  if (peek(cursor) !== OPEN_ARRAY) return skipValue(cursor);
  const texts: string[] = [];
  let readable = 0;
  readItems(cursor, () => {
    const text = readAsText(cursor);
    if (text !== undefined) readable++;
    texts.push(text ?? '');
  });
  return readable > 0 || texts.length === 0 ? texts : undefined;
}

/** The first of equal keys stays. */
function readMap(cursor: JsonCursor): ReadonlyMap<string, string> | undefined {
  if (peek(cursor) !== OPEN_OBJECT) return skipValue(cursor);
  const map = new Map<string, string>();
  readEntries(cursor, (key) => {
    const text = readAsText(cursor) ?? '';
    if (!map.has(key)) map.set(key, text);
  });
  return map;
}

/** Numbers, text that is a number, and booleans, cut to whole and only between 0 and 65,535. */
function readUint16(cursor: JsonCursor): number | undefined {
  const first = peek(cursor);
  if (first === QUOTE) {
    const text = readText(cursor);
    if (/^[+-]?nan(?:\(\w*\))?$/i.test(text)) return 0;
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? toUint16(Number(text)) : undefined;
  }
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return toUint16(Number(readNumber(cursor)));
  const word = readAsText(cursor);
  return word === 'true' ? 1 : word === 'false' ? 0 : undefined;
}

const toUint16 = (value: number): number | undefined =>
  value >= 0 && value <= 65_535 ? Math.trunc(value) + 0 : undefined;

function readRecord(cursor: JsonCursor, keys: ReadonlyMap<string, Shape>): ReadRecord | undefined {
  const first = peek(cursor);
  // Only keys of the shape get in, so a plain object holds no surprises.
  const read: Record<string, Read> = {};
  let filled = 0;
  const readKey = (key: string | undefined, shape: Shape | undefined): undefined => {
    if (key === undefined || shape === undefined || read[key] !== undefined) return skipValue(cursor);
    const value = readShape(cursor, shape);
    if (value !== undefined) {
      read[key] = value;
      filled++;
    }
    return undefined;
  };
  if (first === OPEN_OBJECT) {
    readEntries(cursor, (key) => readKey(key, keys.get(key)));
  } else if (first === OPEN_ARRAY) {
    const names = keys.entries();
    readItems(cursor, () => {
      const [name, shape] = names.next().value ?? [];
      readKey(name, shape);
    });
  } else {
    return skipValue(cursor);
  }
  return filled > 0 ? read : undefined;
}

function readItems(cursor: JsonCursor, readItem: () => void): undefined {
  if (!expect(cursor, OPEN_ARRAY)) return undefined;
  if (peek(cursor) === CLOSE_ARRAY) {
    cursor.at++;
    return undefined;
  }
  for (;;) {
    readItem();
    if (cursor.problem !== '' || !goesOn(cursor, CLOSE_ARRAY)) return undefined;
  }
}

function readEntries(cursor: JsonCursor, readEntry: (key: string) => void): undefined {
  if (!expect(cursor, OPEN_OBJECT)) return undefined;
  if (peek(cursor) === CLOSE_OBJECT) {
    cursor.at++;
    return undefined;
  }
  for (;;) {
    if (peek(cursor) !== QUOTE) return unexpected(cursor, 'wanted a key in double quotes');
    const key = readText(cursor);
    if (cursor.problem !== '' || !expect(cursor, COLON)) return undefined;
    readEntry(key);
    if (cursor.problem !== '' || !goesOn(cursor, CLOSE_OBJECT)) return undefined;
  }
}

/** After an item: true past a comma, false past the closer or on a problem. */
function goesOn(cursor: JsonCursor, closer: number): boolean {
  const next = peek(cursor);
  if (next === COMMA || next === closer) {
    cursor.at++;
    return next === COMMA;
  }
  unexpected(cursor, `wanted "," or ${JSON.stringify(String.fromCharCode(closer))}`);
  return false;
}
