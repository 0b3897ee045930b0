// One request for exec, attach or port-forward, of no debug session -> its own session, or a look-alike of a node debug pod.

import type { SessionKind } from '../wire/index.ts';
import { buildSession, endOfAttempt, type FoldContext, findEnd } from './build-session.ts';
import { readExecForm } from './exec-form.ts';
import { reachesNode } from './pod-facts.ts';
import type { PodLife } from './pod-lives.ts';
import type { Session } from './session.ts';
import { isSameUser, type SessionRequest } from './session-request.ts';

/** Who makes a pod that reaches its node and goes into it within this time may have made it for that. */
const LOOK_ALIKE_NANOS = 600_000_000_000n;

const KINDS: ReadonlyMap<string, SessionKind> = new Map([
  ['exec', 'exec'],
  ['attach', 'attach'],
  ['portforward', 'port-forward'],
]);

/** Only an upgraded connection is inside: the code tells, the authorizer's decision does not. */
export function isInside(request: SessionRequest): boolean {
  return request.code === 101;
}

export function foldStream(request: SessionRequest, context: FoldContext): Session | undefined {
  const { record } = request;
  const kind = KINDS.get(record.subresource);
  // Before an answer nobody is inside and nothing is refused.
  if (kind === undefined || (record.verb !== 'get' && record.verb !== 'create') || request.code === 0) return undefined;
  const life = context.pods.lifeAt(record.cluster, record.namespace, record.name, request.startNanos);
  const inside = isInside(request);
  const lookAlike = inside && kind !== 'port-forward' && isLookAlike(request, life);
  const end = inside ? findEnd(request, life, context) : endOfAttempt(request);
  // Spelled out: most sessions pass here, and a spread makes each of these members slow to add.
  return buildSession(
    {
      state: end.state,
      endNanos: end.endNanos,
      lostEnd: end.lostEnd,
      kind: lookAlike ? 'look-alike' : kind,
      main: request,
      requests: lookAlike && life.create !== undefined ? [life.create, ...tries(request)] : tries(request),
      startNanos: (request.earlier !== undefined && !inside ? request.earlier : request).startNanos,
      namespace: record.namespace,
      pod: record.name,
      container: record.container,
      command: record.execCommand,
      form: kind === 'exec' ? readExecForm(record.execCommand) : undefined,
      life,
    },
    context,
  );
}

export function tries(request: SessionRequest): readonly SessionRequest[] {
  return request.earlier === undefined ? [request] : [request.earlier, request];
}

/** Acting for somebody in one of the two requests hides nothing; where both do, as through a proxy, these must be the same. */
function isSamePerson(a: SessionRequest, b: SessionRequest): boolean {
  const isOwn = a.record.impersonatedUsername === '' || b.record.impersonatedUsername === '';
  const isSameName = a.record.cluster === b.record.cluster && a.record.username === b.record.username;
  return isSameUser(a, b) || (isOwn && isSameName);
}

export function isLookAlike(stream: SessionRequest, { create }: PodLife): boolean {
  const body = create?.record.pod;
  if (create === undefined || body === undefined || !isSamePerson(create, stream)) return false;
  const isSoon = stream.startNanos - create.startNanos <= LOOK_ALIKE_NANOS;
  return isSoon && reachesNode(body);
}
