// What the records tell of each pod: its creations, deletions and node. Requests in, an index by cluster, namespace and name out.
import { isDryRun } from './debug-name.ts';
import type { PodFacts } from './pod-facts.ts';
import { isSameUser, type SessionRequest, SKEW_NANOS } from './session-request.ts';

/** One pod from its creation to its removal or the next creation under the same name. */
export interface PodLife {
  /** undefined for what lies before the first creation in the store, and after a removal until the next. */
  readonly create: SessionRequest | undefined;
  readonly fromNanos: bigint;
  readonly untilNanos: bigint | undefined;
  /** Deletions that were granted, in order; the kubelet's own comes last and says that the pod is gone. */
  readonly deletes: readonly SessionRequest[];
  /** Where the pod was seen, in order. */
  readonly places: readonly PodPlace[];
}

export interface PodPlace {
  readonly node: string;
  readonly by: string;
  readonly nanos: bigint;
}

export interface PodLives {
  /** The life that holds the moment; a pod of which nothing is known has one life without bounds. */
  lifeAt(cluster: string, namespace: string, pod: string, nanos: bigint): PodLife;
  placeOf(life: PodLife): PodPlace | undefined;
  factsOf(life: PodLife): PodFacts | undefined;
}

/** A creation without a name is the latest one by the same user before the pod is first used, if it was not long ago. */
const UNNAMED_NANOS = 600_000_000_000n;
const NODE_USER = 'system:node:';
const STREAMS: ReadonlySet<string> = new Set(['exec', 'attach']);

const podKey = (cluster: string, namespace: string, pod: string): string => `${cluster}\n${namespace}\n${pod}`;
const keyOf = ({ record }: SessionRequest, name: string): string => podKey(record.cluster, record.namespace, name);

/** A deletion by a kubelet ends the pod: its containers have ended before. */
export function isFinalDelete({ record }: SessionRequest): boolean {
  return record.username.startsWith(NODE_USER);
}

/** `uses`: streams and deletions that may belong to a pod whose creation names none; `wants` says which pods' names do. */
export function indexPods(requests: readonly SessionRequest[], wants: (pod: string) => boolean): PodLives {
  const creates = new Map<string, SessionRequest[]>();
  const deletes = new Map<string, SessionRequest[]>();
  const places = new Map<string, PodPlace[]>();
  const unnamed: SessionRequest[] = [];
  for (const request of requests) {
    const { record, code } = request;
    if (record.resource !== 'pods' || code < 200 || code >= 300 || isDryRun(record.requestUri)) continue;
    if (record.subresource === '' && record.verb === 'create') {
      if (record.name === '') unnamed.push(request);
      else push(creates, keyOf(request, record.name), request);
    }
    if (record.subresource === '' && record.verb === 'delete') push(deletes, keyOf(request, record.name), request);
  }
  nameUnnamed(requests, unnamed, creates, wants);
  for (const request of requests) {
    const seen = see(request);
    if (seen !== undefined) push(places, seen.key, seen);
  }
  const lives = new Map<string, readonly PodLife[]>();
  const livesOf = (key: string): readonly PodLife[] => {
    const known = lives.get(key);
    if (known !== undefined) return known;
    const cut = cutLives(creates.get(key) ?? NONE, deletes.get(key) ?? NONE, places.get(key) ?? NO_PLACES);
    lives.set(key, cut);
    return cut;
  };
  return {
    lifeAt: (cluster, namespace, pod, nanos) => {
      const all = livesOf(podKey(cluster, namespace, pod));
      const at = all.findLastIndex(({ fromNanos }) => fromNanos <= nanos);
      const next = all[at + 1];
      return (isCreatedLate(all[at], next, nanos) ? next : all[at]) ?? all[0] ?? NO_LIFE;
    },
    placeOf: ({ create, fromNanos, untilNanos, places: seen }) => {
      const body = create?.record.pod?.nodeName ?? '';
      if (body !== '') return { node: body, by: 'fixed when the pod was created', nanos: fromNanos };
      return seen.find(({ nanos }) => nanos >= fromNanos && (untilNanos === undefined || nanos < untilNanos));
    },
    factsOf: (life) => life.create?.record.pod,
  };
}

const NONE: readonly SessionRequest[] = [];
const NO_PLACES: readonly PodPlace[] = [];
const NO_LIFE: PodLife = { create: undefined, fromNanos: 0n, untilNanos: undefined, deletes: [], places: [] };

function push<T>(into: Map<string, T[]>, key: string, one: T): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, [one]);
  else known.push(one);
}

/**
 * Used shortly before it was created, and no other pod of that name was there: another API server, whose clock was ahead, took the
 * creation. While a removal is still to come, it is the pod before that was used.
 */
function isCreatedLate(here: PodLife | undefined, next: PodLife | undefined, nanos: bigint): boolean {
  if (next?.create === undefined || next.fromNanos - nanos > SKEW_NANOS) return false;
  return here?.create === undefined && here?.deletes.some((one) => one.startNanos >= nanos) !== true;
}

/** Each pod that is used takes the latest creation before its first use that nobody has taken. */
function nameUnnamed(
  requests: readonly SessionRequest[],
  unnamed: readonly SessionRequest[],
  creates: Map<string, SessionRequest[]>,
  wants: (pod: string) => boolean,
): void {
  if (unnamed.length === 0) return;
  const taken = new Set<SessionRequest>();
  for (const use of requests) {
    const { record } = use;
    const stream = STREAMS.has(record.subresource);
    if (record.resource !== 'pods' || !(stream || (record.subresource === '' && record.verb === 'delete'))) continue;
    const key = keyOf(use, record.name);
    if (creates.has(key) || !wants(record.name)) continue;
    const age = (one: SessionRequest): bigint => use.startNanos - one.startNanos;
    const mine = (one: SessionRequest): boolean =>
      !taken.has(one) && isSameUser(one, use) && one.record.namespace === record.namespace;
    const create =
      unnamed.findLast((one) => age(one) >= 0n && age(one) <= UNNAMED_NANOS && mine(one)) ??
      unnamed.find((one) => age(one) < 0n && age(one) >= -SKEW_NANOS && mine(one));
    if (create === undefined) continue;
    taken.add(create);
    creates.set(key, [create]);
  }
}

function cutLives(
  creates: readonly SessionRequest[],
  deletes: readonly SessionRequest[],
  places: readonly PodPlace[],
): readonly PodLife[] {
  if (creates.length === 0 && deletes.length === 0) {
    return [{ create: undefined, fromNanos: 0n, untilNanos: undefined, deletes, places }];
  }
  const removed = deletes.filter(isFinalDelete);
  const begins: { readonly create: SessionRequest | undefined; readonly fromNanos: bigint }[] = [
    { create: undefined, fromNanos: 0n },
    ...creates.map((create) => ({ create, fromNanos: create.startNanos })),
    // The next pod of that name may have been made unseen.
    ...removed.map((one) => ({ create: undefined, fromNanos: one.startNanos + 1n })),
  ];
  begins.sort((a, b) => (a.fromNanos < b.fromNanos ? -1 : a.fromNanos > b.fromNanos ? 1 : 0));
  return begins.map(({ create, fromNanos }, at) => {
    const untilNanos = begins[at + 1]?.fromNanos;
    const inside = (one: SessionRequest): boolean =>
      one.startNanos >= fromNanos && (untilNanos === undefined || one.startNanos < untilNanos);
    return { create, fromNanos, untilNanos, deletes: deletes.filter(inside), places };
  });
}

/** Where a record says that a pod is. A pod's own token says it too, of the pod that used it. */
function see(request: SessionRequest): (PodPlace & { readonly key: string }) | undefined {
  const { record, code, startNanos: nanos } = request;
  const isGranted = code >= 200 && code < 300;
  if (record.resource === 'pods' && isGranted) {
    const target = record.subresource === 'binding' ? (record.pod?.nodeName ?? '') : '';
    if (target !== '') return { key: keyOf(request, record.name), nanos, node: target, by: 'bound by the scheduler' };
    const reports = record.subresource === 'status' || (record.subresource === '' && record.verb === 'delete');
    if (reports && record.username.startsWith(NODE_USER)) {
      const node = record.username.slice(NODE_USER.length);
      return { key: keyOf(request, record.name), nanos, node, by: 'reported by its kubelet' };
    }
  }
  if (record.callerPod === '' || record.callerNode === '') return undefined;
  const account = /^system:serviceaccount:([^:]+):/.exec(record.username);
  if (account === null) return undefined;
  const key = podKey(record.cluster, account[1] ?? '', record.callerPod);
  return { key, nanos, node: record.callerNode, by: 'told by its service account token' };
}
