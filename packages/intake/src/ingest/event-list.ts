// EventList: many events in one JSON text. In: the bytes of a list. Out: where each item lies, and its canonical line.
import type { ByteGather } from './byte-gather.ts';
import { compactJson } from './compact-json.ts';
import { isString, skipKey, skipSpace, skipValue } from './scan-json.ts';

/** An item has at least an auditID, so a body within the size limit stays far below this. */
const MAX_ITEMS = 1_000_000;
/** It is written in front of every item, so it must not be a lever to fill the disk. */
const MAX_VERSION_BYTES = 100;
const HAS_KIND = 1;
const HAS_VERSION = 2;

export interface JsonProblem {
  readonly ok: false;
  /** A clause that completes "the text is no event list: …". */
  readonly reason: string;
  /** Byte offset of the first wrong byte, from the start of the text. */
  readonly at: number;
}

export interface EventList {
  readonly ok: true;
  /** `EventList`, or `Event` for a single event, or whatever kind the text names; '' without one. */
  readonly kind: string;
  /** As written between the quotes. */
  readonly apiVersion: string;
  /** Where the items begin in the buffer; the same index in `itemEnds` and `itemMarks`. */
  readonly itemStarts: readonly number[];
  readonly itemEnds: readonly number[];
  readonly itemMarks: readonly number[];
  /** Whether the text has a top-level array `items`. */
  readonly hasItems: boolean;
}

/** Reads one JSON object whole and strictly. The first of duplicate keys wins, as everywhere. */
export function parseEventList(bytes: Buffer, start: number, end: number): EventList | JsonProblem {
  let kind: string | undefined;
  let apiVersion: string | undefined;
  let hasItems = false;
  const items = { starts: [] as number[], ends: [] as number[], marks: [] as number[] };
  const wrong = (at: number, reason = reasonAt(bytes, at, end)): JsonProblem => ({ ok: false, reason, at: at - start });

  let at = skipSpace(bytes, start, end);
  if (at >= end) return wrong(at, 'it is empty');
  if (bytes[at] !== 0x7b) return wrong(at, 'it is not a JSON object');
  at = skipSpace(bytes, at + 1, end);
  if (at < end && bytes[at] === 0x7d) at++;
  else {
    for (;;) {
      const key = at;
      const value = skipKey(bytes, at, end);
      if (value < 0) return wrong(~value);
      let next: number;
      if (!hasItems && bytes[value] === 0x5b && isString(bytes, key, 'items')) {
        hasItems = true;
        next = scanItems(bytes, value, end, items);
        if (items.starts.length > MAX_ITEMS) return wrong(value, `it has more than ${MAX_ITEMS} items`);
      } else next = skipValue(bytes, value, end, 1);
      if (next < 0) return wrong(~next);
      if (kind === undefined && isString(bytes, key, 'kind')) kind = textOf(bytes, value, next);
      if (apiVersion === undefined && isString(bytes, key, 'apiVersion')) apiVersion = textOf(bytes, value, next);
      at = skipSpace(bytes, next, end);
      if (at < end && bytes[at] === 0x7d) break;
      if (at >= end || bytes[at] !== 0x2c) return wrong(at);
      at = skipSpace(bytes, at + 1, end);
    }
    at++;
  }
  const rest = skipSpace(bytes, at, end);
  if (rest < end) return wrong(rest, 'something follows its end');
  if ((apiVersion ?? '').length > MAX_VERSION_BYTES) return wrong(start, 'its apiVersion is too long');
  return {
    ok: true,
    kind: kind ?? '',
    apiVersion: apiVersion ?? '',
    hasItems,
    itemStarts: items.starts,
    itemEnds: items.ends,
    itemMarks: items.marks,
  };
}

function textOf(bytes: Buffer, start: number, end: number): string {
  return bytes[start] === 0x22 ? bytes.toString('utf8', start + 1, end - 1) : '';
}

function reasonAt(bytes: Buffer, at: number, end: number): string {
  if (at >= end) return 'it ends in the middle';
  const byte = bytes[at] ?? 0;
  const shown =
    byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
  return `${shown} is not expected there`;
}

interface Items {
  readonly starts: number[];
  readonly ends: number[];
  readonly marks: number[];
}

function scanItems(bytes: Buffer, start: number, end: number, items: Items): number {
  let at = skipSpace(bytes, start + 1, end);
  if (at < end && bytes[at] === 0x5d) return at + 1;
  for (;;) {
    const next = scanItem(bytes, at, end, items);
    if (next < 0) return next;
    if (items.starts.length > MAX_ITEMS) return next;
    at = skipSpace(bytes, next, end);
    if (at >= end) return ~end;
    if (bytes[at] === 0x5d) return at + 1;
    if (bytes[at] !== 0x2c) return ~at;
    at = skipSpace(bytes, at + 1, end);
  }
}

/** Items have to be objects; which of `kind` and `apiVersion` one has decides what is put back. */
function scanItem(bytes: Buffer, start: number, end: number, items: Items): number {
  if (start >= end || bytes[start] !== 0x7b) return ~start;
  let marks = 0;
  let at = skipSpace(bytes, start + 1, end);
  while (at < end && bytes[at] !== 0x7d) {
    if (isString(bytes, at, 'kind')) marks |= HAS_KIND;
    else if (isString(bytes, at, 'apiVersion')) marks |= HAS_VERSION;
    const value = skipKey(bytes, at, end);
    if (value < 0) return value;
    const next = skipValue(bytes, value, end, 3);
    if (next < 0) return next;
    at = skipSpace(bytes, next, end);
    if (at < end && bytes[at] === 0x7d) break;
    if (at >= end || bytes[at] !== 0x2c) return ~at;
    at = skipSpace(bytes, at + 1, end);
    if (bytes[at] === 0x7d) return ~at;
  }
  if (at >= end) return ~end;
  items.starts.push(start);
  items.ends.push(at + 1);
  items.marks.push(marks);
  return at + 1;
}

/**
 * The line the API server's log file has for this item: `kind` and `apiVersion`, which items of a list lack, go back in front
 * of the first key; space between tokens goes; nothing else changes. The bytes stand in `target`.
 */
export function gatherCanonicalItem(bytes: Buffer, list: EventList, index: number, target: ByteGather): void {
  const start = list.itemStarts[index] ?? 0;
  const end = list.itemEnds[index] ?? 0;
  const marks = list.itemMarks[index] ?? 0;
  target.clear();
  if ((marks & HAS_KIND) !== 0) {
    compactJson(bytes, start, end, target);
    return;
  }
  const version = (marks & HAS_VERSION) === 0 ? `"apiVersion":"${list.apiVersion}",` : '';
  target.appendText(`{"kind":"Event",${version}`);
  const first = skipSpace(bytes, start + 1, end);
  // An item without a key has nothing to be put in front of: the comma would make it no JSON.
  if (bytes[first] === 0x7d) target.dropLast();
  compactJson(bytes, first, end, target);
}

/** Where the string value `text` of a list's apiVersion goes unchanged into each line. */
export function isAuditVersion(apiVersion: string): boolean {
  return (
    apiVersion === 'audit.k8s.io/v1' || apiVersion === 'audit.k8s.io/v1beta1' || apiVersion === 'audit.k8s.io/v1alpha1'
  );
}
