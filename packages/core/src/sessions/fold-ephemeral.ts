// A container added to a running pod, and the attach that follows -> one session. Requests in, sessions and the requests they took out.
import { buildSession, endOfAttempt, type FoldContext, findEnd, type StreamEnd } from './build-session.ts';
import { isDryRun, isKubectlDebugContainer } from './debug-name.ts';
import type { Folded } from './fold-debug.ts';
import { isInside, tries } from './fold-stream.ts';
import type { ContainerFacts } from './pod-facts.ts';
import type { Session } from './session.ts';
import { isSameUser, type SessionRequest, SKEW_NANOS } from './session-request.ts';
import { LOST_INSIDE } from './unknowns.ts';

const FOLLOW_NANOS = 600_000_000_000n;
const VERBS: ReadonlySet<string> = new Set(['patch', 'update']);

export function foldEphemeral(requests: readonly SessionRequest[], context: FoldContext): Folded {
  const added = requests.filter(({ record, code }) => {
    const isAdded = record.resource === 'pods' && record.subresource === 'ephemeralcontainers';
    return isAdded && VERBS.has(record.verb) && code !== 0 && !isDryRun(record.requestUri);
  });
  const followers = findFollowers(
    added.filter(({ code }) => code < 300),
    requests,
  );
  const sessions = added.map((request) => build(request, followers.get(request) ?? [], context));
  return { sessions, taken: new Set(sessions.flatMap((session) => session.requests)) };
}

/** Each attach goes to the latest addition before it by the same user to the same pod that may have made its container. */
function findFollowers(
  added: readonly SessionRequest[],
  requests: readonly SessionRequest[],
): ReadonlyMap<SessionRequest, readonly SessionRequest[]> {
  const followers = new Map<SessionRequest, SessionRequest[]>();
  for (const stream of requests) {
    const { record } = stream;
    if (record.resource !== 'pods' || record.subresource !== 'attach' || !isInside(stream)) continue;
    const age = (one: SessionRequest): bigint => stream.startNanos - one.startNanos;
    const fits = (one: SessionRequest): boolean =>
      isSameUser(one, stream) &&
      one.record.namespace === record.namespace &&
      one.record.name === record.name &&
      mayBeNamed(one, record.container);
    const addition =
      added.findLast((one) => age(one) >= 0n && age(one) <= FOLLOW_NANOS && fits(one)) ??
      added.find((one) => age(one) < 0n && age(one) >= -SKEW_NANOS && fits(one));
    if (addition === undefined) continue;
    const known = followers.get(addition);
    if (known === undefined) followers.set(addition, [stream]);
    else known.push(stream);
  }
  return followers;
}

function mayBeNamed({ record }: SessionRequest, container: string): boolean {
  const known = record.pod?.ephemeralContainers ?? [];
  if (known.length > 0) return known.some(({ name }) => name === container);
  return isKubectlDebugContainer(container);
}

function build(request: SessionRequest, streams: readonly SessionRequest[], context: FoldContext): Session {
  const { record } = request;
  const life = context.pods.lifeAt(record.cluster, record.namespace, record.name, request.startNanos);
  const main = streams[0] ?? request;
  // An answer lists all that were ever added, the newest last; what was asked lists the new one.
  const made: ContainerFacts | undefined =
    record.pod?.ephemeralContainers.find(({ name }) => name === streams[0]?.record.container) ??
    record.pod?.ephemeralContainers.at(-1);
  const session = buildSession(
    {
      ...findEphemeralEnd(request, streams, () => streams.map((stream) => findEnd(stream, life, context))),
      kind: 'ephemeral-container',
      main: { ...request, record: { ...record, stdin: main.record.stdin, tty: main.record.tty } },
      requests: [request, ...streams.flatMap(tries)],
      startNanos: main.startNanos,
      namespace: record.namespace,
      pod: record.name,
      container: made?.name ?? streams[0]?.record.container ?? '',
      command: made?.command ?? [],
      life,
      image: made?.image ?? '',
    },
    context,
  );
  return { ...session, main: request, code: request.code };
}

function findEphemeralEnd(
  request: SessionRequest,
  streams: readonly SessionRequest[],
  ends: () => readonly StreamEnd[],
): StreamEnd {
  if (request.code >= 300) return endOfAttempt(request);
  if (streams.length === 0) return { state: 'unknown', endNanos: undefined, lostEnd: LOST_INSIDE };
  const all = ends();
  return all.find(({ state }) => state !== 'ended') ?? all.at(-1) ?? endOfAttempt(request);
}
