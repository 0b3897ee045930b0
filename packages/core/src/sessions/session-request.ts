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
  const groups = new Map<string, SessionRecord[]>();
  for (const record of records) {
    const key = printKey(record);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [record]);
    // A request has few stages, and nobody chooses when it came in: the list stays short.
    else if (known.every(({ recordId }) => recordId !== record.recordId)) known.push(record);
  }
  const requests: SessionRequest[] = [];
  for (const [key, stages] of groups) requests.push(joinStages(key, sortStages(stages)));
  return requests.sort(compareRequests);
}

export function compareRequests(a: SessionRequest, b: SessionRequest): number {
  if (a.startNanos !== b.startNanos) return a.startNanos < b.startNanos ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** Most have one or two, for which a sort of the language would set up too much. */
function sortStages(stages: readonly SessionRecord[]): readonly SessionRecord[] {
  const [first, second] = stages;
  if (first === undefined || second === undefined) return stages;
  if (stages.length > 2) return [...stages].sort(compareStages);
  return compareStages(first, second) < 0 ? stages : [second, first];
}

function compareStages(a: SessionRecord, b: SessionRecord): number {
  if (a.timeNanos !== b.timeNanos) return a.timeNanos < b.timeNanos ? -1 : 1;
  return a.recordId < b.recordId ? -1 : 1;
}

/** `sorted`: the oldest first. */
function joinStages(key: string, sorted: readonly SessionRecord[]): SessionRequest {
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
        merged.push({ ...request, earlier: before, records: [...before.records, ...request.records] });
        continue;
      }
    }
    merged.push(request);
  }
  return merged.filter((request) => !taken.has(request));
}

/** The latest try of the same client that is not too long ago; `refused` are in order, and of the same URI. */
function findTry(
  request: SessionRequest,
  refused: readonly SessionRequest[],
  taken: ReadonlySet<SessionRequest>,
): SessionRequest | undefined {
  for (let at = refused.length - 1; at >= 0; at--) {
    const one = refused[at];
    if (one === undefined || request.startNanos - one.startNanos > RETRY_NANOS) return undefined;
    const isSame = isSameUser(one, request) && one.record.userAgent === request.record.userAgent;
    if (isSame && !taken.has(one)) return one;
  }
  return undefined;
}
