// Stages of one request -> SessionRequest: when it began and ended, what came of it. Records in, requests out, in order of their start.
import { printSessionId } from './session-id.ts';
import type { SessionRecord } from './session-record.ts';

export interface SessionRequest {
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
/** So far the clocks of API servers of one cluster may differ: what came first may seem to come so much later. */
export const SKEW_NANOS = 5_000_000_000n;

/**
 * auditIDs are chosen by clients and shared between API servers: a request is also told by user, URI, cluster, verb and time. None of
 * these can hold a line end: HTTP has none in headers and request lines.
 */
function printKey(record: SessionRecord): string {
  const { cluster, auditId, username, requestUri, verb, requestReceivedNanos } = record;
  return `${cluster}\n${auditId}\n${username}\n${requestUri}\n${verb}\n${requestReceivedNanos}`;
}

/** The same key: URIs are long, and a key for each record would be most of what the fold writes. */
function isSameRequest(a: SessionRecord, b: SessionRecord): boolean {
  return (
    a.auditId === b.auditId &&
    a.requestReceivedNanos === b.requestReceivedNanos &&
    a.username === b.username &&
    a.verb === b.verb &&
    a.cluster === b.cluster &&
    a.requestUri === b.requestUri
  );
}

/** The id that a session gets when it begins with this request. */
export function idOf(request: SessionRequest): string {
  return printSessionId(printKey(request.record), request.record.requestReceivedNanos || request.startNanos);
}

export function pairStages(records: readonly SessionRecord[]): readonly SessionRequest[] {
  const requests: SessionRequest[] = [];
  for (const stages of groupStages(records)) requests.push(joinStages(sortStages(stages)));
  return requests.sort(compareRequests);
}

/** So many requests of one auditID and moment are told apart one by one; only a forger makes more. */
const MAX_ALIKE = 8;

function groupStages(records: readonly SessionRecord[]): readonly (readonly SessionRecord[])[] {
  const groups: SessionRecord[][] = [];
  const alike = new Map<string, SessionRecord[][]>();
  const byKey = new Map<string, SessionRecord[]>();
  const begin = (record: SessionRecord): SessionRecord[] => {
    const stages = [record];
    groups.push(stages);
    return stages;
  };
  for (const record of records) {
    const moment = `${record.auditId}\n${record.requestReceivedNanos}`;
    const near = alike.get(moment);
    if (near === undefined) {
      alike.set(moment, [begin(record)]);
      continue;
    }
    const key = near.length < MAX_ALIKE ? '' : printKey(record);
    const known = near.find(([one]) => one !== undefined && isSameRequest(one, record)) ?? byKey.get(key);
    if (known !== undefined) known.push(record);
    else if (key === '') near.push(begin(record));
    else byKey.set(key, begin(record));
  }
  return groups;
}

export function compareRequests(a: SessionRequest, b: SessionRequest): number {
  if (a.startNanos !== b.startNanos) return a.startNanos < b.startNanos ? -1 : 1;
  if (a.record === b.record) return 0;
  const [first, second] = [printKey(a.record), printKey(b.record)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Each record once. Most have one or two, for which a sort of the language would set up too much. */
function sortStages(stages: readonly SessionRecord[]): readonly SessionRecord[] {
  const [first, second] = stages;
  if (first === undefined || second === undefined) return stages;
  if (stages.length > 2) return [...new Map(stages.map((one) => [one.recordId, one])).values()].sort(compareStages);
  if (first.recordId === second.recordId) return [first];
  return compareStages(first, second) < 0 ? stages : [second, first];
}

function compareStages(a: SessionRecord, b: SessionRecord): number {
  if (a.timeNanos !== b.timeNanos) return a.timeNanos < b.timeNanos ? -1 : 1;
  return a.recordId < b.recordId ? -1 : 1;
}

/** `sorted`: the oldest first. */
function joinStages(sorted: readonly SessionRecord[]): SessionRequest {
  const started = sorted.find(({ stage }) => stage === 'ResponseStarted');
  // A 401 has no other stage than ResponseStarted.
  const ended = sorted.findLast(({ stage, code }) => stage === 'ResponseComplete' || stage === 'Panic' || code === 401);
  const record = ended ?? started ?? sorted[0];
  if (record === undefined) throw new Error('a request without records');
  const impersonated = sorted.find(({ impersonatedUsername }) => impersonatedUsername !== '');
  return {
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
  /** By URI, the only long text among what must be the same. */
  const waiting = new Map<string, SessionRequest[]>();
  const taken = new Set<SessionRequest>();
  const merged: SessionRequest[] = [];
  for (const request of requests) {
    const { verb, requestUri } = request.record;
    if (verb === 'get' && request.code >= 400) {
      const known = waiting.get(requestUri);
      if (known === undefined) waiting.set(requestUri, [request]);
      else known.push(request);
    } else if (verb === 'create' && waiting.size > 0) {
      const before = findTry(request, waiting.get(requestUri) ?? [], taken);
      if (before !== undefined) {
        taken.add(before);
        merged.push(joinTries(before, request));
        continue;
      }
    }
    merged.push(request);
  }
  // Two API servers may have answered, the second with its clock behind.
  const all = waiting.size === 0 ? merged : merged.map((request) => joinLaterTry(request, waiting, taken));
  return all.filter((request) => !taken.has(request));
}

const joinTries = (before: SessionRequest, request: SessionRequest): SessionRequest => ({
  ...request,
  earlier: before,
  records: [...before.records, ...request.records],
});

/** What nobody took, of the same client and soon after. `taken` grows. */
function joinLaterTry(
  request: SessionRequest,
  waiting: ReadonlyMap<string, readonly SessionRequest[]>,
  taken: Set<SessionRequest>,
): SessionRequest {
  if (request.record.verb !== 'create' || request.earlier !== undefined) return request;
  const later = waiting.get(request.record.requestUri)?.find((one) => {
    const wait = one.startNanos - request.startNanos;
    return wait > 0n && wait <= SKEW_NANOS && !taken.has(one) && isSameClient(one, request);
  });
  if (later === undefined) return request;
  taken.add(later);
  return joinTries(later, request);
}

const isSameClient = (a: SessionRequest, b: SessionRequest): boolean =>
  isSameUser(a, b) && a.record.userAgent === b.record.userAgent;

/** The latest try of the same client that is not too long ago; `refused` are in order, and of the same URI. */
function findTry(
  request: SessionRequest,
  refused: readonly SessionRequest[],
  taken: ReadonlySet<SessionRequest>,
): SessionRequest | undefined {
  for (let at = refused.length - 1; at >= 0; at--) {
    const one = refused[at];
    if (one === undefined || request.startNanos - one.startNanos > RETRY_NANOS) return undefined;
    if (!taken.has(one) && isSameClient(one, request)) return one;
  }
  return undefined;
}
