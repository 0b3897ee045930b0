// Stages of one request -> SessionRequest: when it began and ended, what came of it. Records in, requests out, in order of their start.
import { printSessionId } from './session-id.ts';
import type { SessionRecord } from './session-record.ts';

export interface SessionRequest {
  /** Tells requests apart, whatever their order of arrival. */
  readonly key: string;
  /** The record that knows most: the one at the end, else the one at the start. */
  readonly record: SessionRecord;
  readonly startNanos: bigint;
  /** undefined when only the start was logged. */
  readonly endNanos: bigint | undefined;
  /** Only the end was logged: `startNanos` is when the request came in, a little before anything started. */
  readonly startIsGuess: boolean;
  readonly code: number;
  /** recordIds of its stages. */
  readonly records: readonly string[];
  /** The refused request over WebSocket, when this one is the same try over SPDY. */
  readonly earlier: SessionRequest | undefined;
}

/** Kubernetes asks again at once when an upgrade is refused; a person who types the command again needs longer. */
const RETRY_NANOS = 5_000_000_000n;

/**
 * auditIDs are chosen by clients and shared between API servers: a request is also told by user, URI, cluster, verb and time. None of
 * these can hold a line end: HTTP has none in headers and request lines.
 */
function printKey(record: SessionRecord): string {
  const { cluster, auditId, username, requestUri, verb, requestReceivedNanos } = record;
  return `${cluster}\n${auditId}\n${username}\n${requestUri}\n${verb}\n${requestReceivedNanos}`;
}

/** The id that a session gets when it begins with this request. */
export function idOf(request: SessionRequest): string {
  return printSessionId(request.key, request.record.requestReceivedNanos || request.startNanos);
}

export function pairStages(records: readonly SessionRecord[]): readonly SessionRequest[] {
  const groups = new Map<string, Map<string, SessionRecord>>();
  for (const record of records) {
    const key = printKey(record);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, new Map([[record.recordId, record]]));
    else known.set(record.recordId, record);
  }
  const requests = [...groups].map(([key, stages]) => joinStages(key, [...stages.values()]));
  return requests.sort(compareRequests);
}

export function compareRequests(a: SessionRequest, b: SessionRequest): number {
  if (a.startNanos !== b.startNanos) return a.startNanos < b.startNanos ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function joinStages(key: string, stages: readonly SessionRecord[]): SessionRequest {
  const sorted = [...stages].sort((a, b) => {
    if (a.timeNanos !== b.timeNanos) return a.timeNanos < b.timeNanos ? -1 : 1;
    return a.recordId < b.recordId ? -1 : 1;
  });
  const started = sorted.find(({ stage }) => stage === 'ResponseStarted');
  // A 401 has no other stage than ResponseStarted.
  const ended = sorted.findLast(({ stage, code }) => stage === 'ResponseComplete' || stage === 'Panic' || code === 401);
  const record = ended ?? started ?? sorted[0];
  if (record === undefined) throw new Error('a request without records');
  const impersonated = sorted.find(({ impersonatedUsername }) => impersonatedUsername !== '');
  return {
    key,
    record: impersonated === undefined ? record : { ...record, ...impersonation(impersonated) },
    startNanos: started?.timeNanos ?? (record.requestReceivedNanos || record.timeNanos),
    endNanos: ended?.timeNanos,
    startIsGuess: started === undefined,
    // A stream that was open and broke off in a panic was open all the same.
    code: (started?.code === 101 ? 101 : ended?.code || started?.code) ?? 0,
    records: sorted.map(({ recordId }) => recordId),
    earlier: undefined,
  };
}

const impersonation = ({ impersonatedUsername, impersonatedGroups }: SessionRecord) => ({
  impersonatedUsername,
  impersonatedGroups,
});

/** One person behind two requests: the authenticated user and the one acted for are both the same. */
export function isSameUser(a: SessionRequest, b: SessionRequest): boolean {
  return (
    a.record.cluster === b.record.cluster &&
    a.record.username === b.record.username &&
    a.record.impersonatedUsername === b.record.impersonatedUsername
  );
}

/**
 * Current clients ask over WebSocket (`get`) and, when that fails, over SPDY (`create`): one try, and its outcome is that of the
 * second. `requests` must be in order; so is the answer.
 */
export function mergeRetries(requests: readonly SessionRequest[]): readonly SessionRequest[] {
  const waiting = new Map<string, SessionRequest[]>();
  const taken = new Set<SessionRequest>();
  const merged: SessionRequest[] = [];
  for (const request of requests) {
    const { verb } = request.record;
    if (verb === 'get' && request.code >= 400) {
      const place = printPlace(request);
      waiting.set(place, [...(waiting.get(place) ?? []), request]);
    } else if (verb === 'create' && waiting.size > 0) {
      const place = printPlace(request);
      const before = waiting
        .get(place)
        ?.findLast((one) => !taken.has(one) && request.startNanos - one.startNanos <= RETRY_NANOS);
      if (before !== undefined) {
        taken.add(before);
        merged.push({ ...request, earlier: before, records: [...before.records, ...request.records] });
        continue;
      }
    }
    merged.push(request);
  }
  return merged.filter((request) => !taken.has(request));
}

function printPlace({ record }: SessionRequest): string {
  const { cluster, username, impersonatedUsername, requestUri, userAgent } = record;
  return `${cluster}\n${username}\n${impersonatedUsername}\n${requestUri}\n${userAgent}`;
}
