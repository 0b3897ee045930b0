// What a simulation needs of one audit record: the request as the policy saw it, what was recorded of it, and how many bytes each part takes.
import type { RequestAttributes } from '../evaluate/request-attributes.ts';
import type { Level, Stage } from '../policy.ts';

export interface AuditSample {
  readonly request: RequestAttributes;
  /** As the client chose it; '' when it has none. */
  readonly auditId: string;
  /** On whose behalf the request was made; '' when the user acted for itself, or the stage does not say. */
  readonly actingFor: string;
  readonly level: Level;
  readonly stage: Stage;
  /** HTTP status; 0 when the stage has none yet. */
  readonly code: number;
  /** When the stage was reached, in milliseconds since 1970; NaN when unknown. */
  readonly timeMs: number;
  /** The same of the request's arrival. */
  readonly receivedMs: number;
  /** The whole line without its line feed. */
  readonly bytes: number;
  /** What the bodies take, key and comma included; 0 when there is none. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** The part of the bodies that is managedFields. */
  readonly requestManagedBytes: number;
  readonly responseManagedBytes: number;
  /** The API server dropped the bodies because the record was too big. */
  readonly truncated: boolean;
}

/** One request has exactly one finished record. */
export function isFinishedSample(sample: AuditSample): boolean {
  return (
    sample.stage === 'ResponseComplete' ||
    sample.stage === 'Panic' ||
    (sample.stage === 'ResponseStarted' && sample.code === 401)
  );
}

/** `pods/exec`, `deployments.apps`, `/healthz`: how a resource is named in tallies. */
export function nameTarget(request: RequestAttributes): string {
  if (!request.isResource) return request.path;
  const group = request.apiGroup === '' ? '' : `.${request.apiGroup}`;
  return `${request.resource}${group}${request.subresource === '' ? '' : `/${request.subresource}`}`;
}

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection', 'post', 'put']);
const SESSIONS = new Set(['exec', 'attach', 'portforward', 'ephemeralcontainers']);

export function isWrite(request: RequestAttributes): boolean {
  return WRITES.has(request.verb);
}

/** A shell, an attach, a port-forward, a debug container, or the kubelet's back door. */
export function isSession(request: RequestAttributes): boolean {
  if (!request.isResource) return false;
  return (
    (request.resource === 'pods' && SESSIONS.has(request.subresource)) ||
    (request.resource === 'nodes' && request.subresource === 'proxy')
  );
}

/** People have names of their own; machines are called system:…, anonymous requests may be anybody. */
export function isPerson(user: string | null): boolean {
  return user !== null && user !== '' && (!user.startsWith('system:') || user === 'system:admin');
}

/** A person's own request, or one that a machine (a console, a proxy) made for a person. */
export function isForPerson({ request, actingFor }: AuditSample): boolean {
  return isPerson(request.user) || isPerson(actingFor);
}
