// One request to the lines an API server writes about it, stage by stage: its own key order, its own escaping.
import { goJson, goJsonList } from './go-json.ts';
import type { Random } from './random.ts';
import { type Caller, type DemoRequest, failureMessage, type ObjectRef, objectPath, statusReason } from './request.ts';

export interface DemoLine {
  /** stageTimestamp, microseconds since 1970. */
  readonly atMicros: number;
  /** The node whose API server wrote it: `master-0` … `master-2`. */
  readonly host: string;
  readonly component: string;
  /** Without the newline. */
  readonly text: string;
}

export const DEMO_HOSTS = ['master-0', 'master-1', 'master-2'] as const;

/** From here on the API server writes down where the time went. */
const SLOW_MICROS = 500_000;

export type LinePrinter = (request: DemoRequest, startMicros: number) => readonly DemoLine[];

/** Prints the stages of a request in their order; each line carries its own time. What is always the same of a caller is kept. */
export function createLinePrinter(random: Random): LinePrinter {
  const callers = new WeakMap<Caller, PrintedCaller>();
  return (request, startMicros) => {
    const { caller } = request;
    const printed = callers.get(caller) ?? printCaller(caller);
    callers.set(caller, printed);
    return auditLines(request, printed, startMicros, random);
  };
}

interface PrintedCaller {
  readonly user: string;
  readonly impersonated: string;
  /** sourceIPs and userAgent. */
  readonly from: string;
}

const printCaller = (caller: Caller): PrintedCaller => ({
  user: printUser(caller),
  impersonated: caller.impersonated === undefined ? '' : `,"impersonatedUser":${printUser(caller.impersonated)}`,
  from: `,"sourceIPs":${goJsonList(caller.sourceIps)},"userAgent":${goJson(caller.userAgent)}`,
});

function auditLines(
  request: DemoRequest,
  printed: PrintedCaller,
  startMicros: number,
  random: Random,
): readonly DemoLine[] {
  const { caller, object } = request;
  const { from } = printed;
  const host = caller.host ?? random.pick(DEMO_HOSTS);
  const component = request.component ?? 'kube-apiserver';
  const path = request.path ?? (object === undefined ? '/' : objectPath(object, request.verb));
  const uri = request.query === undefined ? path : `${path}?${request.query}`;
  const head = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"${request.level ?? 'Metadata'}","auditID":"${random.uuid()}","stage":"`;
  const isUnknown = request.code === 401;
  const impersonated = isUnknown ? '' : printed.impersonated;
  const asked = `","requestURI":${goJson(uri)},"verb":"${request.verb}","user":${isUnknown ? '{}' : printed.user}`;
  const received = `,"requestReceivedTimestamp":"${printMicros(startMicros)}","stageTimestamp":"`;
  const endMicros = startMicros + Math.max(1, Math.round(request.tookMicros));
  const answered = `${printObject(object, true)},"responseStatus":${printStatus(request)}`;
  const line = (stage: string, atMicros: number, rest: string): DemoLine => ({
    atMicros,
    host,
    component,
    text: head + stage + asked + rest + received + printMicros(atMicros),
  });
  if (isUnknown) {
    const only = line('ResponseStarted', endMicros, from + answered);
    return [{ ...only, text: `${only.text}"}` }];
  }
  const lines: DemoLine[] = [];
  if (request.noise !== true) {
    // Impersonation is resolved later, and names are read from the body later: this stage has neither.
    const first = line('RequestReceived', startMicros, from + printObject(object, false, request.verb === 'create'));
    lines.push({ ...first, text: `${first.text}"}` });
  }
  if (request.longRunning === true) {
    const openedMicros = Math.min(endMicros, startMicros + 300 + random.below(9000));
    const opened = line('ResponseStarted', openedMicros, impersonated + from + answered);
    lines.push({ ...opened, text: `${opened.text}","annotations":${printAnnotations(request, 0, random)}}` });
  }
  const bodies = `${printBody('requestObject', request.requestObject)}${printBody('responseObject', request.responseObject)}`;
  const last = line('ResponseComplete', endMicros, impersonated + from + answered + bodies);
  const slowMicros = request.longRunning === true ? 0 : endMicros - startMicros;
  lines.push({ ...last, text: `${last.text}","annotations":${printAnnotations(request, slowMicros, random)}}` });
  return lines;
}

function printUser(user: Pick<Caller, 'username' | 'uid' | 'groups' | 'extra'>): string {
  const uid = user.uid === undefined ? '' : `,"uid":"${user.uid}"`;
  const extra =
    user.extra === undefined
      ? ''
      : `,"extra":{${user.extra.map(([key, value]) => `${goJson(key)}:[${goJson(value)}]`).join(',')}}`;
  return `{"username":${goJson(user.username)}${uid},"groups":${goJsonList(user.groups)}${extra}}`;
}

function printObject(object: ObjectRef | undefined, isAnswered: boolean, isCreate = false): string {
  if (object === undefined) return '';
  const hidesName = object.generated === true || (isCreate && object.subresource === undefined);
  let text = `,"objectRef":{"resource":"${object.resource}"`;
  if (object.namespace !== undefined) text += `,"namespace":"${object.namespace}"`;
  if (object.name !== undefined && !hidesName) text += `,"name":${goJson(object.name)}`;
  if (object.uid !== undefined && isAnswered) text += `,"uid":"${object.uid}"`;
  if (object.apiGroup !== undefined) text += `,"apiGroup":"${object.apiGroup}"`;
  text += `,"apiVersion":"${object.apiVersion}"`;
  if (object.resourceVersion !== undefined && isAnswered) text += `,"resourceVersion":"${object.resourceVersion}"`;
  if (object.subresource !== undefined) text += `,"subresource":"${object.subresource}"`;
  return `${text}}`;
}

function printStatus(request: DemoRequest): string {
  const { code, object, verb } = request;
  if (code < 400) return `{"metadata":{},"code":${code}}`;
  const reason = statusReason(code);
  const name = object?.name === undefined || verb === 'create' ? '' : `"name":${goJson(object.name)},`;
  const group = object?.apiGroup === undefined ? '' : `"group":"${object.apiGroup}",`;
  const details =
    code === 401 ? '' : `"details":{${object === undefined ? '' : `${name}${group}"kind":"${object.resource}"`}},`;
  const message = goJson(request.message ?? failureMessage(request));
  return `{"metadata":{},"status":"Failure","message":${message},"reason":"${reason}",${details}"code":${code}}`;
}

function printBody(key: string, body: string | undefined): string {
  return body === undefined ? '' : `,"${key}":${body}`;
}

/** Keys in alphabetical order, as Go prints a map. */
function printAnnotations(request: DemoRequest, slowMicros: number, random: Random): string {
  // Forbidden by authorization; other 403s (admission) bring their own sentence and were allowed first.
  const isForbidden = request.code === 403 && request.message === undefined;
  const reason = isForbidden
    ? ''
    : request.caller.reason.replace('{namespace}', request.object?.namespace ?? 'default');
  const decision = `"authorization.k8s.io/decision":"${isForbidden ? 'forbid' : 'allow'}","authorization.k8s.io/reason":${goJson(reason)}`;
  if (slowMicros < SLOW_MICROS && request.annotations === undefined) return `{${decision}}`;
  const entries = [decision, ...(request.annotations ?? []).map(([key, value]) => `${goJson(key)}:${goJson(value)}`)];
  if (slowMicros >= SLOW_MICROS) {
    const latency = 'apiserver.latency.k8s.io/';
    const etcdMicros = Math.round(slowMicros * (0.5 + random.next() * 0.4));
    entries.push(
      `"${latency}authentication":"${80 + random.below(90)}.${100 + random.below(900)}µs"`,
      `"${latency}authorization":"${20 + random.below(70)}.${100 + random.below(900)}µs"`,
      `"${latency}etcd":"${printGoDuration(etcdMicros)}"`,
      `"${latency}response-write":"${1 + random.below(20)}.${100 + random.below(900)}µs"`,
      `"${latency}total":"${printGoDuration(slowMicros)}"`,
    );
  }
  return `{${entries.sort().join(',')}}`;
}

const printGoDuration = (micros: number): string =>
  micros >= 1_000_000 ? `${(micros / 1_000_000).toFixed(6)}s` : `${(micros / 1000).toFixed(3)}ms`;

/** As `printTime` of the record model, from the microseconds the demo counts in. */
function printMicros(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = 1_000_000 + (micros - seconds * 1_000_000);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(fraction).slice(1)}Z`;
}
