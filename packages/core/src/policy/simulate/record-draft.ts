// What has been read of a record so far, and the parts that are read into it.
import type { AuditSample } from './audit-sample.ts';
import type { JsonCursor } from './json-cursor.ts';
import type { ByteRange } from './sample-parts.ts';

/** One draft is used for all records of a reader, so that a record costs one object. */
export type Draft = { -readonly [K in Exclude<keyof AuditSample, 'request' | 'level' | 'stage'>]: AuditSample[K] } & {
  level: string;
  stage: string;
  verb: string;
  user: string | null;
  groups: readonly string[];
  uriStart: number;
  uriEnd: number;
};

const NO_GROUPS: readonly string[] = [];

export function newDraft(): Draft {
  const sizes = { bytes: 0, requestBytes: 0, responseBytes: 0, requestManagedBytes: 0, responseManagedBytes: 0 };
  return {
    ...sizes,
    auditId: '',
    actingFor: '',
    level: '',
    stage: '',
    verb: '',
    user: null,
    groups: [],
    code: 0,
    timeMs: Number.NaN,
    receivedMs: Number.NaN,
    truncated: false,
    uriStart: 0,
    uriEnd: 0,
  };
}

export function resetDraft(draft: Draft): void {
  draft.auditId = '';
  draft.actingFor = '';
  draft.level = '';
  draft.stage = '';
  draft.verb = '';
  draft.user = null;
  draft.groups = NO_GROUPS;
  draft.code = 0;
  draft.timeMs = Number.NaN;
  draft.receivedMs = Number.NaN;
  draft.truncated = false;
  draft.uriStart = 0;
  draft.uriEnd = 0;
  draft.requestBytes = 0;
  draft.responseBytes = 0;
  draft.requestManagedBytes = 0;
  draft.responseManagedBytes = 0;
}

export function readNumber(cursor: JsonCursor): number {
  cursor.peek();
  const start = cursor.at;
  cursor.skipValue();
  let value = 0;
  for (let at = start; at < cursor.at; at++) value = value * 10 + (cursor.bytes[at] ?? 48) - 48;
  return value >= 0 && value < 1000 ? value : 0;
}

/** The key's quotes, its colon and the comma belong to what a body takes. */
export function readBody(cursor: JsonCursor, key: string): number {
  cursor.peek();
  const start = cursor.at;
  cursor.skipBody();
  return cursor.at - start + key.length + 4;
}

export function readRange(cursor: JsonCursor): ByteRange {
  cursor.peek();
  const start = cursor.at;
  cursor.skipString();
  return { bytes: cursor.bytes, start: start + 1, end: cursor.at - 1 };
}
