// Requests of one session, and what was found out about them -> Session. The one place where a session is put together.

import type { SessionKind } from '../wire/index.ts';
import { parseForwardedPorts } from './forwarded-ports.ts';
import { isFinalDelete, type PodLife, type PodLives } from './pod-lives.ts';
import type { Restarts } from './restarts.ts';
import type { ExecForm, Session, SessionState } from './session.ts';
import { compareRequests, idOf, type SessionRequest } from './session-request.ts';
import { LOST_BY_POD, LOST_BY_RESTART, LOST_BY_SOME_RESTART, listUnknowns } from './unknowns.ts';

export interface FoldContext {
  readonly pods: PodLives;
  readonly restarts: Restarts;
}

export interface SessionParts {
  readonly kind: SessionKind;
  /** The request that was (or would have been) inside; its user is the session's. */
  readonly main: SessionRequest;
  /** All that belong, in any order; `main` among them. */
  readonly requests: readonly SessionRequest[];
  readonly state: SessionState;
  readonly startNanos: bigint;
  readonly endNanos: bigint | undefined;
  readonly lostEnd: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly life: PodLife | undefined;
  readonly form?: ExecForm | undefined;
  readonly kubeletVerb?: string;
  readonly node?: string;
  readonly nodeBy?: string;
  readonly debuggedPod?: string;
  readonly image?: string;
  readonly notKnown?: readonly string[];
}

const NO_PORTS: readonly string[] = [];

export function buildSession(parts: SessionParts, { pods }: FoldContext): Session {
  const { kind, main, life, state } = parts;
  const place = life === undefined || parts.pod === '' ? undefined : pods.placeOf(life);
  // A request through a kubelet names that kubelet, whatever is told of the pod.
  const isNamed = kind === 'kubelet-proxy' && parts.node !== undefined && parts.node !== '';
  const node = isNamed ? parts.node : (place?.node ?? parts.node ?? '');
  const nodeBy = (isNamed ? undefined : place?.by) ?? (node === '' ? '' : (parts.nodeBy ?? ''));
  const requests = parts.requests.length > 1 ? [...parts.requests].sort(compareRequests) : parts.requests;
  const facts = life === undefined ? undefined : pods.factsOf(life);
  const inContainer = facts?.containers.find(({ name }) => name === parts.container) ?? facts?.containers[0];
  const interactive = main.record.stdin && (main.record.tty || parts.command.length === 0);
  const forwards = kind === 'port-forward' || parts.kubeletVerb === 'port-forward';
  const ports = forwards ? parseForwardedPorts(main.record.requestUri) : NO_PORTS;
  const unknowns = listUnknowns({
    kind,
    hidesPorts: forwards && ports.length === 0,
    state,
    main,
    interactive,
    command: parts.command,
    node,
    nodeBy,
    pod: parts.pod,
    life,
    lostEnd: parts.lostEnd,
  });
  return {
    id: idOf(main.earlier ?? main),
    kind,
    form: parts.form,
    kubeletVerb: parts.kubeletVerb ?? '',
    state,
    startNanos: parts.startNanos,
    endNanos: parts.endNanos,
    main,
    requests,
    code: main.code,
    namespace: parts.namespace,
    pod: parts.pod,
    container: parts.container,
    command: parts.command,
    ports,
    stdin: main.record.stdin,
    tty: main.record.tty,
    node,
    nodeBy,
    debuggedPod: parts.debuggedPod ?? '',
    podCreate: life?.create,
    podFacts: facts,
    image: parts.image ?? inContainer?.image ?? '',
    partOf: '',
    notKnown: parts.notKnown === undefined ? unknowns : [...parts.notKnown, ...unknowns],
  };
}

export interface StreamEnd {
  readonly state: SessionState;
  readonly endNanos: bigint | undefined;
  readonly lostEnd: string;
}

/** How a granted stream ended: by its own record, or by what makes an end certain. */
export function findEnd(stream: SessionRequest, life: PodLife | undefined, { restarts }: FoldContext): StreamEnd {
  if (stream.endNanos !== undefined) return { state: 'ended', endNanos: stream.endNanos, lostEnd: '' };
  if (life?.deletes.some((one) => isFinalDelete(one) && one.startNanos > stream.startNanos) === true) {
    return { state: 'unknown', endNanos: undefined, lostEnd: LOST_BY_POD };
  }
  if (restarts.after(stream) !== undefined) {
    const lostEnd = stream.record.host === '' ? LOST_BY_SOME_RESTART : LOST_BY_RESTART;
    return { state: 'unknown', endNanos: undefined, lostEnd };
  }
  return { state: 'open', endNanos: undefined, lostEnd: '' };
}

/** Nobody was inside; it lasted as long as the refusal took. */
export function endOfAttempt(request: SessionRequest): StreamEnd {
  return { state: 'attempt', endNanos: request.endNanos ?? request.startNanos, lostEnd: '' };
}
