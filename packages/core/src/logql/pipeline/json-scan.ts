// A forgiving walk over JSON text that never builds values: keys and the extent of their values out, the fault in Loki's words at the end.
import { JsonFault, unescapeJson } from './json-string.ts';

export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** Where a value stands; of a string without its quotes. */
export interface JsonSpan {
  kind: JsonKind;
  from: number;
  to: number;
  /** Behind the value, quotes and brackets included. */
  end: number;
}

/** `descend` only says something of an object. */
export type JsonVisit = 'next' | 'descend' | 'stop';

export const NOT_JSON = "Value looks like object, but can't find closing '}' symbol";
const NO_ARRAY_END = "Value is array, but can't find closing ']' symbol";
const NO_STRING_END = "Value is string, but can't find closing '\"' symbol";
const MALFORMED = 'Malformed JSON error';
const UNKNOWN_TYPE = 'Unknown value type';

interface Frame {
  readonly limit: number;
  /** Behind the object, where its parent goes on. */
  readonly after: number;
}

/**
 * Calls `visit` for each member of the object that the text holds, and of the objects inside that it descends into, in order; `depth`
 * counts from 0. Answers what is wrong with the text, undefined when nothing is or `visit` stopped. Values before the fault were visited.
 */
export function walkJson(
  text: string,
  visit: (key: string, span: JsonSpan, depth: number) => JsonVisit,
): string | undefined {
  const span: JsonSpan = { kind: 'null', from: 0, to: 0, end: 0 };
  const blocks: BlockEnds = new Map();
  const frames: Frame[] = [{ limit: text.length, after: text.length }];
  let frame = frames[0];
  let at = skipSpace(text, 0, text.length);
  if (at === -1 || text[at] !== '{') return NOT_JSON;
  at = skipSpace(text, at + 1, text.length);
  if (at === -1) return MALFORMED;
  while (frame !== undefined) {
    const { limit } = frame;
    let closed = text[at] === '}';
    if (!closed) {
      if (text[at] !== '"') return NOT_JSON;
      const keyEnd = findQuote(text, at + 1, limit);
      if (keyEnd === -1) return MALFORMED;
      const key = unescapeJson(text, at + 1, keyEnd);
      if (key === undefined) return JsonFault.badEscape;
      at = skipSpace(text, keyEnd + 1, limit);
      if (at === -1 || text[at] !== ':') return MALFORMED;
      const problem = readValue(text, at + 1, limit, span, blocks);
      if (problem !== undefined) return problem;
      at = span.end;
      const visited = visit(key, span, frames.length - 1);
      if (visited === 'stop') return undefined;
      if (visited === 'descend' && span.kind === 'object') {
        frame = { limit: span.to, after: span.end };
        frames.push(frame);
        at = skipSpace(text, span.from + 1, span.to);
        if (at === -1) return MALFORMED;
        continue;
      }
    }
    // Behind a member: a comma, or the end of this object and of those around it.
    while (frame !== undefined) {
      if (closed) {
        frames.pop();
        at = frame.after;
        frame = frames.at(-1);
        closed = false;
        continue;
      }
      at = skipSpace(text, at, frame.limit);
      if (at === -1) return NO_ARRAY_END;
      if (text[at] === '}') closed = true;
      else if (text[at] !== ',') return NOT_JSON;
      else {
        at = skipSpace(text, at + 1, frame.limit);
        if (at === -1) return NO_ARRAY_END;
        break;
      }
    }
  }
  return undefined;
}

/** Where objects end that were passed over while looking for the end of one around them: each character is searched once. */
export type BlockEnds = Map<number, number>;

/** Reads the value that starts at or behind `at` into `span`. */
export function readValue(
  text: string,
  at: number,
  limit: number,
  span: JsonSpan,
  blocks: BlockEnds,
): string | undefined {
  const from = skipSpace(text, at, limit);
  if (from === -1) return MALFORMED;
  const first = text[from];
  span.from = from;
  if (first === '"') {
    const quote = findQuote(text, from + 1, limit);
    if (quote === -1) return NO_STRING_END;
    span.kind = 'string';
    span.from = from + 1;
    span.to = quote;
    span.end = quote + 1;
    return undefined;
  }
  if (first === '{' || first === '[') {
    const end = findBlockEnd(text, from, limit, blocks);
    if (end === -1) return first === '{' ? NOT_JSON : NO_ARRAY_END;
    span.kind = first === '{' ? 'object' : 'array';
    span.to = end;
    span.end = end;
    return undefined;
  }
  const end = findTokenEnd(text, from, limit);
  const kind = scalarKind(text, from, end);
  if (kind === undefined) return UNKNOWN_TYPE;
  span.kind = kind;
  span.to = end;
  span.end = end;
  return undefined;
}

/** Offset of the next character that is no white space, -1 at the end. */
export function skipSpace(text: string, at: number, limit: number): number {
  for (let i = at; i < limit; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return i;
  }
  return -1;
}

/** Offset of the quote that ends a string, -1 without one. */
function findQuote(text: string, at: number, limit: number): number {
  let quote = text.indexOf('"', at);
  while (quote !== -1 && quote < limit) {
    let slashes = 0;
    while (quote - slashes - 1 >= at && text.charCodeAt(quote - slashes - 1) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return quote;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}

function findTokenEnd(text: string, at: number, limit: number): number {
  for (let i = at; i < limit; i += 1) {
    const unit = text.charCodeAt(i);
    // space, newlines, tab, comma, closing brackets
    if (
      unit === 0x20 ||
      unit === 0x0a ||
      unit === 0x0d ||
      unit === 0x09 ||
      unit === 0x2c ||
      unit === 0x7d ||
      unit === 0x5d
    )
      return i;
  }
  return limit;
}

function scalarKind(text: string, from: number, end: number): JsonKind | undefined {
  const unit = text.charCodeAt(from);
  if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) return 'number';
  const word = text.slice(from, end);
  if (word === 'true' || word === 'false') return 'boolean';
  return word === 'null' ? 'null' : undefined;
}

/** Behind the bracket that closes the one at `from`; only brackets of the same shape count. */
function findBlockEnd(text: string, from: number, limit: number, blocks: BlockEnds): number {
  const known = blocks.get(from);
  if (known !== undefined) return known;
  const open = text.charCodeAt(from);
  const close = open + 2;
  const opened: number[] = [];
  for (let i = from; i < limit; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) {
      i = findQuote(text, i + 1, limit);
      if (i === -1) return -1;
    } else if (unit === open) opened.push(i);
    else if (unit === close) {
      const start = opened.pop() ?? from;
      if (opened.length === 0) return i + 1;
      blocks.set(start, i + 1);
    }
  }
  return -1;
}
