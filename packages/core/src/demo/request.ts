// Request: what somebody asks of an API server in the demo, before it becomes audit lines. Plain data and the wording of answers.

/** Who asks, with everything audit prints about them. */
export interface Caller {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** Printed as `user.extra`, one value each. */
  readonly extra?: readonly (readonly [string, string])[];
  readonly impersonated?: { readonly username: string; readonly groups: readonly string[] };
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
  /** What authorization.k8s.io/reason says when this caller is allowed; `{namespace}` is filled in. */
  readonly reason: string;
  /** The API server it talks to; undefined when a load balancer decides. */
  readonly host?: string;
}

export interface ObjectRef {
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly apiGroup?: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  /** Known only after the object was read: in the last stage. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** `generateName`: the URI and objectRef never carry the name. */
  readonly generated?: true;
}

type Level = 'Metadata' | 'Request' | 'RequestResponse';

export interface DemoRequest {
  readonly caller: Caller;
  readonly verb: string;
  /** The path; for resources it comes from `object`. */
  readonly path?: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly object?: ObjectRef;
  readonly code: number;
  /** Why, for codes from 400 on. */
  readonly message?: string;
  readonly level?: Level;
  /** The demo's policy omits RequestReceived for the noise of machines. */
  readonly noise?: true;
  /** Has a ResponseStarted stage: watch, exec, attach, port-forward, log. */
  readonly longRunning?: true;
  readonly tookMicros: number;
  readonly requestObject?: string;
  readonly responseObject?: string;
  readonly annotations?: readonly (readonly [string, string])[];
  readonly component?: string;
}

export function objectPath(object: ObjectRef, verb: string): string {
  const base =
    object.apiGroup === undefined ? `/api/${object.apiVersion}` : `/apis/${object.apiGroup}/${object.apiVersion}`;
  const namespace =
    object.namespace === undefined || object.resource === 'namespaces' ? '' : `/namespaces/${object.namespace}`;
  const named = object.name === undefined || (verb === 'create' && object.subresource === undefined);
  const name = named ? '' : `/${object.name}`;
  return `${base}${namespace}/${object.resource}${name}${object.subresource === undefined ? '' : `/${object.subresource}`}`;
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [409, 'Conflict'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [504, 'Timeout'],
]);

export const statusReason = (code: number): string => REASONS.get(code) ?? '';

/** The sentence kube-apiserver answers with. */
export function failureMessage(request: DemoRequest): string {
  const { caller, code, object, verb } = request;
  const user = caller.impersonated?.username ?? caller.username;
  if (object === undefined)
    return code === 403 ? `forbidden: User "${user}" cannot ${verb} path "${request.path ?? '/'}"` : '';
  const kind = object.apiGroup === undefined ? object.resource : `${object.resource}.${object.apiGroup}`;
  const named = object.name === undefined || verb === 'create' ? kind : `${kind} "${object.name}"`;
  if (code === 401) return 'Unauthorized';
  if (code === 403) {
    const what = object.subresource === undefined ? object.resource : `${object.resource}/${object.subresource}`;
    const where = object.namespace === undefined ? 'at the cluster scope' : `in the namespace "${object.namespace}"`;
    return `${named} is forbidden: User "${user}" cannot ${verb} resource "${what}" in API group "${object.apiGroup ?? ''}" ${where}`;
  }
  if (code === 404) return `${named} not found`;
  if (code === 409) {
    return `Operation cannot be fulfilled on ${named}: the object has been modified; please apply your changes to the latest version and try again`;
  }
  return `the server could not answer: ${statusReason(code)}`;
}
