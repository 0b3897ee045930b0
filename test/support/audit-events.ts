// Numbered audit events: a run and a number in, always the same line out. Fast, valid v1, increasing times near now, no two alike.

export interface EventRun {
  /** Part of every auditID. */
  readonly name: string;
  readonly baseMicros: number;
}

const STEP_MICROS = 700;
const HOUR_MICROS = 3_600_000_000;

/** Begins an hour ago, so that a long run stays out of the future. */
export function openRun(name: string, nowMillis = Date.now()): EventRun {
  return { name, baseMicros: nowMillis * 1000 - HOUR_MICROS };
}

const USERS = [
  'alice',
  'bob',
  'system:node:node-1',
  'system:serviceaccount:shop:cart',
  'system:kube-scheduler',
  'ci-bot',
];
const NAMESPACES = ['shop', 'kube-system', 'team-07', 'default'];
const RESOURCES = ['pods', 'secrets', 'configmaps', 'events', 'nodes'];
const VERBS = ['get', 'list', 'create', 'update', 'patch', 'delete'];
const CODES = [200, 200, 200, 201, 403, 404, 409];
const PAD = 'x'.repeat(4096);

function at<T>(from: readonly T[], number: number): T {
  const found = from[number % from.length];
  if (found === undefined) throw new Error('an empty list');
  return found;
}

function timeText(micros: number): string {
  const rest = String(micros % 1_000_000).padStart(6, '0');
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 20)}${rest}Z`;
}

/** Everything after `kind` and `apiVersion`: what a webhook item has behind its `{`. */
function restOf(run: EventRun, number: number): string {
  const micros = run.baseMicros + number * STEP_MICROS;
  const stageTime = timeText(micros);
  const receivedTime = timeText(micros - (number % 900));
  const [user, namespace, resource, verb, code] = [
    at(USERS, number),
    at(NAMESPACES, number >> 1),
    at(RESOURCES, number >> 2),
    at(VERBS, number >> 3),
    at(CODES, number >> 1),
  ];
  // Every 17th is an exec, whose URI the server decodes on its other road.
  const isExec = number % 17 === 0;
  const name = `${resource}-${number}`;
  const uri = isExec
    ? `/api/v1/namespaces/${namespace}/pods/${name}/exec?command=sh&command=-c&command=echo+${number}&container=c`
    : `/api/v1/namespaces/${namespace}/${resource}/${name}`;
  const object = isExec
    ? `{"resource":"pods","namespace":"${namespace}","name":"${name}","apiVersion":"v1","subresource":"exec"}`
    : `{"resource":"${resource}","namespace":"${namespace}","name":"${name}","apiVersion":"v1"}`;
  // Sizes from about 700 bytes to 4 KiB.
  const agent = `kubectl/v1.33.1 (linux/amd64) kubernetes/${PAD.slice(0, number % 31 === 0 ? 3000 : (number * 37) % 200)}`;
  return `"level":"Metadata","auditID":"${run.name}-${number}","stage":"ResponseComplete","requestURI":"${uri}","verb":"${isExec ? 'get' : verb}","user":{"username":"${user}","groups":["system:authenticated"]},"sourceIPs":["10.0.${number % 250}.7"],"userAgent":"${agent}","objectRef":${object},"responseStatus":{"metadata":{},"code":${isExec ? 101 : code}},"requestReceivedTimestamp":"${receivedTime}","stageTimestamp":"${stageTime}","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""}}`;
}

/** The line of a log file, without its newline. */
export function lineOf(run: EventRun, number: number): string {
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1",${restOf(run, number)}`;
}

/** A webhook body with the events of these numbers, as the API server sends it. */
export function batchOf(run: EventRun, numbers: readonly number[]): string {
  const items = numbers.map((number) => `{${restOf(run, number)}`);
  return `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}\n`;
}
