// The second parse road: the bytes of one line to the fields of one audit event, or the reason why it is none. Never throws.
import { type AuditFields, parseTimeNanos, STAGES } from '../../event/index.ts';
import { auditFields, CALLER_NODE, CALLER_POD } from './audit-event.ts';
import { jsonCursor, OPEN_OBJECT, peek, unexpected } from './json-cursor.ts';
import { MAP, type ReadRecord, readShape, record, TEXT, TEXTS, UINT16 } from './json-shape.ts';

export type ParsedAuditLine =
  | { readonly ok: true; readonly fields: AuditFields }
  | { readonly ok: false; readonly problem: string };

/** The largest line that is read at all; a request of 3 MiB with its answer makes one of about 6 MiB. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** A node's name, a time, `stdout F`: what log shippers put in front. */
const MAX_PREFIX_BYTES = 512;

/** The keys in the order of the engine's tuple (see Shape); those only the old versions have come last. */
const EVENT = record({
  kind: TEXT,
  apiVersion: TEXT,
  level: TEXT,
  auditID: TEXT,
  stage: TEXT,
  requestURI: TEXT,
  verb: TEXT,
  user: record({
    username: TEXT,
    uid: TEXT,
    groups: TEXTS,
    extra: record({ [CALLER_POD]: TEXTS, [CALLER_NODE]: TEXTS }),
  }),
  impersonatedUser: record({ username: TEXT, groups: TEXTS }),
  sourceIPs: TEXTS,
  userAgent: TEXT,
  objectRef: record({
    resource: TEXT,
    namespace: TEXT,
    name: TEXT,
    apiGroup: TEXT,
    apiVersion: TEXT,
    subresource: TEXT,
  }),
  responseStatus: record({ code: UINT16, reason: TEXT, message: TEXT }),
  requestReceivedTimestamp: TEXT,
  stageTimestamp: TEXT,
  annotations: MAP,
  timestamp: TEXT,
  metadata: record({ creationTimestamp: TEXT }),
});

/**
 * Decides for every line the engine's own statement did not take: a record, or quarantine with a reason.
 *
 * A readable time in the far past or future is a record all the same: an API server with a wrong clock is a fact worth
 * keeping, and an archive may be old. Only an unreadable time is refused. The engine's narrower window (2014 to one day
 * ahead) merely sends such lines here. `nowNanos` is not needed to decide and therefore not asked for.
 */
export function parseAuditLine(line: Uint8Array): ParsedAuditLine {
  if (line.length > MAX_LINE_BYTES)
    return refuse(`a line of ${line.length.toLocaleString('en-US')} bytes; the most is 67,108,864`);
  const start = skipPrefix(line);
  const cursor = jsonCursor(line, start, trimEnd(line));
  const first = peek(cursor);
  if (first < 0) return refuse('an empty line');
  if (first !== OPEN_OBJECT) {
    unexpected(cursor, 'wanted an event, "{"');
    return refuse(cursor.problem);
  }
  const read = readShape(cursor, EVENT);
  if (cursor.problem !== '') return refuse(cursor.problem);
  if (peek(cursor) >= 0) return refuse(`not one event: something follows it at byte ${cursor.at}`);
  // The shape above is a record, and a record reads as one; `{}` or an object without any wanted key reads as nothing.
  return decide(isRecord(read) ? read : {});
}

function decide(event: ReadRecord): ParsedAuditLine {
  const kind = text(event, 'kind');
  const apiVersion = text(event, 'apiVersion');
  const stage = text(event, 'stage');
  if (kind === '' && apiVersion === '') return refuse('no kind and no apiVersion: not an audit event');
  if (kind !== 'Event')
    return refuse(`kind is ${quote(kind)}${KIND_HINTS.get(kind) ?? ''}; an audit event has kind "Event"`);
  if (!apiVersion.startsWith('audit.k8s.io/')) {
    return refuse(`apiVersion is ${quote(apiVersion)}; an audit event has group audit.k8s.io`);
  }
  if (stage === '') return refuse('no stage');
  if (!STAGES.some((known) => known === stage))
    return refuse(`stage is ${quote(stage)}; known are ${STAGES.join(', ')}`);
  const time = eventTime(event);
  if (typeof time === 'string') return refuse(time);
  const fields = auditFields(event, time, apiVersion !== 'audit.k8s.io/v1');
  if (fields.code >= 1000) return refuse(`responseStatus.code is ${fields.code}; a response code lies below 1000`);
  return { ok: true, fields };
}

const KIND_HINTS: ReadonlyMap<string, string> = new Map([
  ['EventList', ', a list: its items must come one a line'],
  ['List', ', a list: its items must come one a line'],
]);

/** stageTimestamp ?? timestamp ?? metadata.creationTimestamp; a zero time of Go is no time. A sentence when there is none. */
function eventTime(event: ReadRecord): bigint | string {
  const metadata = event['metadata'];
  const candidates: readonly (readonly [string, string])[] = [
    ['stageTimestamp', text(event, 'stageTimestamp')],
    ['timestamp', text(event, 'timestamp')],
    ['metadata.creationTimestamp', isRecord(metadata) ? text(metadata, 'creationTimestamp') : ''],
  ];
  for (const [name, value] of candidates) {
    if (value === '' || value.startsWith('0001-01-01T00:00:00')) continue;
    return parseTimeNanos(value) ?? `${name} is not a time: ${quote(value)}`;
  }
  return 'no stageTimestamp, timestamp or metadata.creationTimestamp';
}

/**
 * Where the event begins: behind a byte order mark, behind the NULs a truncated file leaves, behind a short prefix such as
 * `<node> {…}` or `2026-11-20T19:52:48Z stdout F {…}`.
 */
function skipPrefix(line: Uint8Array): number {
  if (line[0] === OPEN_OBJECT) return 0;
  let at = line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? 3 : 0;
  while (line[at] === 0) at++;
  const brace = line.subarray(at, at + MAX_PREFIX_BYTES).indexOf(OPEN_OBJECT);
  if (brace <= 0) return at;
  const prefix = line.subarray(at, at + brace);
  // An array, a string or a broken beginning is no prefix; a shipper's prefix ends in a space.
  return prefix.at(-1) === 0x20 && !prefix.includes(0x22) && !prefix.includes(0x5b) ? at + brace : at;
}

/** NULs at the end are blocks a crashed file system never filled. */
function trimEnd(line: Uint8Array): number {
  let end = line.length;
  while (end > 0 && line[end - 1] === 0) end--;
  return end;
}

const refuse = (problem: string): ParsedAuditLine => ({ ok: false, problem });

const isRecord = (value: ReadRecord[string]): value is ReadRecord =>
  typeof value === 'object' && !Array.isArray(value) && !(value instanceof Map);

const text = (event: ReadRecord, key: string): string => {
  const value = event[key];
  return typeof value === 'string' ? value : '';
};

/** Shown to people: short, and with control characters made visible. */
const quote = (value: string): string => JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
