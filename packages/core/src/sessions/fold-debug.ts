// Creation, streams and deletion of a debug pod -> one session. Requests in, sessions and the requests they took out.
import { buildSession, endOfAttempt, type FoldContext, findEnd, type StreamEnd } from './build-session.ts';
import { isDryRun } from './debug-name.ts';
import { type DebugVerdict, judgeDebugPod } from './debug-pod.ts';
import { isInside, isLookAlike, tries } from './fold-stream.ts';
import { isFinalDelete, type PodLife } from './pod-lives.ts';
import type { Session } from './session.ts';
import { isSameUser, type SessionRequest } from './session-request.ts';

export interface Folded {
  readonly sessions: readonly Session[];
  readonly taken: ReadonlySet<SessionRequest>;
}

/** All that one user did with one pod during one of its lives. */
interface Visit {
  readonly namespace: string;
  readonly pod: string;
  readonly life: PodLife;
  /** The user's own. */
  readonly create: SessionRequest | undefined;
  readonly streams: readonly SessionRequest[];
  readonly deletes: readonly SessionRequest[];
}

interface Growing extends Visit {
  /** The first request; everything else here is by the same person. */
  readonly visitor: SessionRequest;
  readonly streams: SessionRequest[];
}

const NONE: readonly SessionRequest[] = [];
/** Pulling an image takes minutes at most; later the pod is a pod like any other. */
const BRIEF_NANOS = 600_000_000_000n;
const STREAMS: ReadonlySet<string> = new Set(['exec', 'attach']);

export function foldDebug(requests: readonly SessionRequest[], context: FoldContext): Folded {
  const sessions: Session[] = [];
  const taken = new Set<SessionRequest>();
  for (const visit of collectVisits(requests, context)) {
    const first = visit.streams[0];
    const verdict = judgeDebugPod({
      namespace: visit.namespace,
      pod: visit.pod,
      create: visit.create,
      stream: first,
      isBrief: isBrief(visit),
    });
    const session = verdict === undefined ? undefined : buildVisit(visit, verdict, context);
    if (session === undefined) continue;
    sessions.push(session);
    for (const request of session.requests) taken.add(request);
  }
  for (const request of requests) {
    const attempt = foldRefusedCreate(request, context);
    if (attempt !== undefined) sessions.push(attempt);
  }
  return { sessions, taken };
}

function collectVisits(requests: readonly SessionRequest[], { pods }: FoldContext): readonly Visit[] {
  const visits: Growing[] = [];
  /** Few people visit one pod, so that a list of them is quick to look through. */
  const byLife = new Map<PodLife, Growing[]>();
  const visitOf = (request: SessionRequest, pod: string) => {
    const { cluster, namespace } = request.record;
    const life = pods.lifeAt(cluster, namespace, pod, request.startNanos);
    const visitors = byLife.get(life);
    const known = visitors?.find(({ visitor }) => isSameUser(visitor, request));
    if (known !== undefined) return known;
    const mine = (one: SessionRequest): boolean => isSameUser(one, request);
    const create = life.create !== undefined && mine(life.create) ? life.create : undefined;
    const deletes = life.deletes.length === 0 ? NONE : life.deletes.filter(mine);
    const visit: Growing = { namespace, pod, life, visitor: request, create, streams: [], deletes };
    visits.push(visit);
    if (visitors === undefined) byLife.set(life, [visit]);
    else visitors.push(visit);
    return visit;
  };
  for (const request of requests) {
    const { record, code } = request;
    if (record.resource !== 'pods' || record.name === '') continue;
    if (STREAMS.has(record.subresource) && code !== 0) visitOf(request, record.name).streams.push(request);
    else if (record.subresource === '' && code >= 200 && code < 300 && !isDryRun(record.requestUri)) {
      if (record.verb === 'create' || record.verb === 'delete') visitOf(request, record.name);
    }
  }
  return visits;
}

function isBrief({ create, streams, deletes }: Visit): boolean {
  const first = streams[0];
  if (create === undefined) return first !== undefined && deletes.some((one) => one.startNanos >= first.startNanos);
  return [first, deletes[0]].some((one) => one !== undefined && one.startNanos - create.startNanos <= BRIEF_NANOS);
}

function buildVisit(visit: Visit, verdict: DebugVerdict, context: FoldContext): Session | undefined {
  const { create, streams, deletes, life } = visit;
  // Whoever goes into somebody else's debug pod is in a pod that exists: an exec or attach of its own.
  if (create === undefined && life.create !== undefined) return undefined;
  const inside = streams.filter(isInside);
  const main = inside[0] ?? streams[0] ?? create;
  if (main === undefined) return undefined;
  const first = life.create?.record.pod?.containers[0];
  const isStream = STREAMS.has(main.record.subresource);
  const last = deletes.find((one) => one.startNanos >= main.startNanos);
  return buildSession(
    {
      ...verdict,
      // Names and marks are the client's to choose: a copy of a pod that reaches its node does too.
      kind: verdict.kind === 'debug-pod' && inside.some((one) => isLookAlike(one, life)) ? 'look-alike' : verdict.kind,
      ...findVisitEnd(visit, inside, context),
      main,
      requests: [
        ...(create === undefined ? [] : [create]),
        ...streams.flatMap(tries),
        ...(last === undefined ? [] : [last]),
      ],
      startNanos: main.startNanos,
      namespace: visit.namespace,
      pod: visit.pod,
      container: isStream ? main.record.container : (first?.name ?? ''),
      command: inside.find(({ record }) => record.execCommand.length > 0)?.record.execCommand ?? first?.command ?? [],
      life,
    },
    context,
  );
}

function findVisitEnd(visit: Visit, inside: readonly SessionRequest[], context: FoldContext): StreamEnd {
  const { create, streams, deletes, life } = visit;
  const refused = streams[0];
  if (inside.length === 0 && refused !== undefined) return endOfAttempt(refused);
  if (inside.length === 0 && create !== undefined) {
    // Nobody attached: the pod ran its command alone, until it went.
    const gone = deletes[0] ?? life.deletes.find(isFinalDelete);
    return { state: gone === undefined ? 'open' : 'ended', endNanos: gone?.startNanos, lostEnd: '' };
  }
  const ends = inside.map((stream) => findEnd(stream, life, context));
  const open = ends.find(({ state }) => state === 'open') ?? ends.find(({ state }) => state === 'unknown');
  if (open !== undefined) return open;
  const endNanos = ends.reduce<bigint>(
    (latest, end) => ((end.endNanos ?? 0n) > latest ? (end.endNanos ?? 0n) : latest),
    0n,
  );
  return { state: 'ended', endNanos, lostEnd: '' };
}

/** A creation that was refused after its body was read still tells the name. */
function foldRefusedCreate(request: SessionRequest, context: FoldContext): Session | undefined {
  const { record, code } = request;
  if (record.resource !== 'pods' || record.subresource !== '' || record.verb !== 'create') return undefined;
  if (code < 400 || record.name === '' || isDryRun(record.requestUri)) return undefined;
  const { namespace, name: pod } = record;
  const verdict = judgeDebugPod({ namespace, pod, create: request, stream: undefined, isBrief: true });
  if (verdict === undefined) return undefined;
  const first = record.pod?.containers[0];
  return buildSession(
    {
      ...verdict,
      ...endOfAttempt(request),
      main: request,
      requests: [request],
      startNanos: request.startNanos,
      namespace,
      pod,
      container: first?.name ?? '',
      command: first?.command ?? [],
      life: undefined,
    },
    context,
  );
}
