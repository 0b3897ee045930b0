// People at work: one command of kubectl or oc is a few requests a moment apart. Drawn from a table; a task in, its requests out.
import type { Cast, Workload } from './cast.ts';
import type { Random } from './random.ts';
import type { Caller, DemoRequest, ObjectRef } from './request.ts';

/** A request and how long after the task's begin it comes. */
export interface Step {
  readonly afterMicros: number;
  readonly request: DemoRequest;
}

type Task = (caller: Caller, place: Workload, random: Random) => readonly DemoRequest[];

const MILLIS = 1000;
const SECONDS = 1_000_000;
const MINUTES = 60 * SECONDS;

const TASKS: readonly (readonly [number, Task])[] = [
  [26, listPods],
  [14, describePod],
  [12, readLogs],
  [5, runInPod],
  [2, copyFromPod],
  [2, forwardPort],
  [9, applyManifest],
  [5, restart],
  [4, scale],
  [5, look],
  [3, askCanI],
  [4, reachTooFar],
  [2, deletePod],
  [1, actAs],
  [1, grantRole],
];
const TOTAL = TASKS.reduce((sum, [weight]) => sum + weight, 0);

export function drawTask(cast: Cast, random: Random): readonly Step[] {
  const caller = random.pick(cast.people);
  const place = random.pick(cast.workloads);
  let left = random.next() * TOTAL;
  const task = TASKS.find(([weight]) => {
    left -= weight;
    return left < 0;
  });
  let afterMicros = 0;
  return (task ?? [0, listPods])[1](caller, place, random).map((request) => {
    const step = { afterMicros, request };
    afterMicros += 20 * MILLIS + random.below(400 * MILLIS);
    return step;
  });
}

const isViewer = (caller: Caller): boolean => caller.groups[0] === 'auditors' || caller.groups[0] === 'support';

/** Whoever may only look gets a 403 for anything else. */
function ask(
  caller: Caller,
  verb: string,
  object: ObjectRef,
  random: Random,
  more: Partial<DemoRequest> = {},
): DemoRequest {
  const looks = verb === 'get' || verb === 'list' || verb === 'watch';
  const mayAsk = !isViewer(caller) || (looks && object.subresource !== 'exec' && object.resource !== 'secrets');
  const request = {
    caller,
    verb,
    object,
    code: verb === 'create' ? 201 : 200,
    tookMicros: 1200 + random.around(9 * MILLIS),
    ...more,
  };
  // A refusal is quick, whatever was asked for.
  return mayAsk && request.code !== 403 ? request : { ...request, code: 403, tookMicros: 300 + random.below(900) };
}

const pods = ({ namespace }: Workload, name?: string, subresource?: string): ObjectRef => ({
  resource: 'pods',
  namespace,
  ...(name === undefined ? {} : { name }),
  apiVersion: 'v1',
  ...(subresource === undefined ? {} : { subresource }),
});

const deployment = ({ namespace, name }: Workload, subresource?: string): ObjectRef => ({
  resource: 'deployments',
  namespace,
  name,
  apiGroup: 'apps',
  apiVersion: 'v1',
  ...(subresource === undefined ? {} : { subresource }),
});

function listPods(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  return [ask(caller, 'list', pods(place), random, { query: 'limit=500' })];
}

function describePod(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const isTypo = random.chance(0.07);
  const name = isTypo ? `${place.name}-0` : random.pick(place.pods);
  const get = ask(caller, 'get', pods(place, name), random, isTypo ? { code: 404 } : {});
  const events = { resource: 'events', namespace: place.namespace, apiVersion: 'v1' };
  const query = `fieldSelector=involvedObject.name%3D${name}%2CinvolvedObject.namespace%3D${place.namespace}&limit=500`;
  return isTypo ? [get] : [get, ask(caller, 'list', events, random, { query })];
}

function readLogs(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const name = random.pick(place.pods);
  const follows = random.chance(0.25);
  return [
    ask(caller, 'get', pods(place, name), random),
    ask(caller, 'get', pods(place, name, 'log'), random, {
      query: follows ? 'container=app&follow=true&tailLines=100' : 'container=app&tailLines=500',
      longRunning: true,
      tookMicros: follows ? 20 * SECONDS + random.around(6 * MINUTES) : 4000 + random.around(80 * MILLIS),
    }),
  ];
}

const COMMANDS: readonly (readonly string[])[] = [
  ['sh'],
  ['bash'],
  ['sh', '-c', 'TERM=xterm-256color exec sh'],
  ['env'],
  ['ls', '-la', '/var/log/app'],
  ['curl', '-s', 'http://localhost:8080/healthz'],
  ['psql', '-U', 'app', '-c', 'select count(*) from jobs where state <> 1'],
  ['cat', '/etc/resolv.conf'],
];

/** As Go's url.Values prints it: keys in order, values escaped, `+` for a space. */
export const execQuery = (command: readonly string[], isTerminal: boolean): string =>
  [
    ...command.map((word) => `command=${encodeURIComponent(word).replaceAll('%20', '+')}`),
    'container=app',
    isTerminal ? 'stdin=true&stdout=true&tty=true' : 'stderr=true&stdout=true',
  ].join('&');

function runInPod(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const name = random.pick(place.pods);
  const command = random.pick(COMMANDS);
  const isShell = command[0] === 'sh' || command[0] === 'bash';
  // Older clients speak SPDY, which is a POST and hence `create`.
  const verb = caller.userAgent.includes('v1.27') ? 'create' : 'get';
  const exec = ask(caller, verb, pods(place, name, 'exec'), random, {
    query: execQuery(command, isShell),
    code: 101,
    longRunning: true,
    tookMicros: isShell ? 15 * SECONDS + random.around(4 * MINUTES) : 30 * MILLIS + random.around(600 * MILLIS),
  });
  return [ask(caller, 'get', pods(place, name), random), exec];
}

function copyFromPod(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const name = random.pick(place.pods);
  const query = execQuery(['tar', 'cf', '-', '/var/log/app/app.log'], false);
  const more = { query, code: 101, longRunning: true, tookMicros: 200 * MILLIS + random.around(3 * SECONDS) } as const;
  return [ask(caller, 'get', pods(place, name), random), ask(caller, 'get', pods(place, name, 'exec'), random, more)];
}

function forwardPort(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const name = random.pick(place.pods);
  const more = { code: 101, longRunning: true, tookMicros: MINUTES + random.around(20 * MINUTES) } as const;
  return [
    ask(caller, 'get', pods(place, name), random),
    ask(caller, 'create', pods(place, name, 'portforward'), random, more),
  ];
}

function applyManifest(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const object = random.chance(0.6)
    ? deployment(place)
    : { resource: 'configmaps', namespace: place.namespace, name: `${place.name}-config`, apiVersion: 'v1' };
  const isLate = random.chance(0.05);
  return [
    ask(caller, 'get', object, random),
    ask(caller, isLate ? 'update' : 'patch', object, random, {
      query: 'fieldManager=kubectl-client-side-apply&fieldValidation=Strict',
      level: 'Request',
      requestObject: `{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedBy":"${caller.username}"}},"spec":{"replicas":${1 + random.below(4)}}}`,
      ...(isLate ? { code: 409 } : {}),
    }),
  ];
}

function restart(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  return [
    ask(caller, 'patch', deployment(place), random, { query: 'fieldManager=kubectl-rollout' }),
    ask(caller, 'watch', deployment(place), random, {
      query: `fieldSelector=metadata.name%3D${place.name}&resourceVersion=${random.below(90_000_000)}&watch=true`,
      longRunning: true,
      tookMicros: 8 * SECONDS + random.around(40 * SECONDS),
    }),
  ];
}

function scale(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  return [ask(caller, 'get', deployment(place), random), ask(caller, 'patch', deployment(place, 'scale'), random)];
}

function look(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const found = random.pick<ObjectRef>([
    { resource: 'services', namespace: place.namespace, apiVersion: 'v1' },
    { resource: 'nodes', apiVersion: 'v1' },
    { resource: 'rolebindings', namespace: place.namespace, apiGroup: 'rbac.authorization.k8s.io', apiVersion: 'v1' },
    { resource: 'clusterroles', apiGroup: 'rbac.authorization.k8s.io', apiVersion: 'v1' },
    { resource: 'networkpolicies', namespace: place.namespace, apiGroup: 'networking.k8s.io', apiVersion: 'v1' },
    { resource: 'endpoints', namespace: place.namespace, apiVersion: 'v1' },
  ]);
  const isClusterWide = found.namespace === undefined;
  const mayNot = isClusterWide && (caller.groups[0] === 'developers' || caller.groups[0] === 'data-team');
  const deprecated: Partial<DemoRequest> =
    found.resource === 'endpoints' ? { annotations: [['k8s.io/deprecated', 'true']] } : {};
  return [ask(caller, 'list', found, random, { query: 'limit=500', ...deprecated, ...(mayNot ? { code: 403 } : {}) })];
}

function askCanI(caller: Caller, _place: Workload, random: Random): readonly DemoRequest[] {
  const review = { resource: 'selfsubjectaccessreviews', apiGroup: 'authorization.k8s.io', apiVersion: 'v1' };
  const reason =
    'RBAC: allowed by ClusterRoleBinding "system:basic-user" of ClusterRole "system:basic-user" to Group "system:authenticated"';
  return [
    {
      caller: { ...caller, reason },
      verb: 'create',
      object: review,
      code: 201,
      tookMicros: 700 + random.around(MILLIS),
    },
  ];
}

function reachTooFar(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  if (caller.groups[0] === 'sre') return listPods(caller, place, random);
  const object = random.pick<ObjectRef>([
    { resource: 'secrets', namespace: 'kube-system', apiVersion: 'v1' },
    { resource: 'secrets', namespace: 'payments', name: 'db-credentials', apiVersion: 'v1' },
    { resource: 'nodes', name: 'worker-1', apiVersion: 'v1' },
  ]);
  const verb = object.name === undefined ? 'list' : 'get';
  return [
    {
      caller,
      verb,
      object,
      code: 403,
      tookMicros: 300 + random.below(900),
      ...(verb === 'list' ? { query: 'limit=500' } : {}),
    },
  ];
}

function deletePod(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  return [ask(caller, 'delete', pods(place, random.pick(place.pods)), random)];
}

/** `--as`: who asks and whom they play are both recorded. */
function actAs(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  if (caller.groups[0] !== 'sre') return listPods(caller, place, random);
  const impersonated = { username: 'system:admin', groups: ['system:masters', 'system:authenticated'] };
  return [ask({ ...caller, impersonated, reason: '' }, 'list', pods(place), random, { query: 'limit=500' })];
}

function grantRole(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const name = `${place.name}-view`;
  const group = 'rbac.authorization.k8s.io';
  const body = (metadata: string): string =>
    `{"kind":"RoleBinding","apiVersion":"${group}/v1","metadata":{${metadata}},"subjects":[{"kind":"Group","apiGroup":"${group}","name":"support"}],"roleRef":{"apiGroup":"${group}","kind":"ClusterRole","name":"view"}}`;
  const metadata = `"name":"${name}","namespace":"${place.namespace}"`;
  const object = { resource: 'rolebindings', namespace: place.namespace, name, apiGroup: group, apiVersion: 'v1' };
  const create = ask(caller, 'create', object, random, {
    level: 'RequestResponse',
    query: 'fieldManager=kubectl-create&fieldValidation=Strict',
  });
  if (create.code === 403) return [{ ...create, requestObject: body(metadata) }];
  return [{ ...create, requestObject: body(metadata), responseObject: body(`${metadata},"uid":"${random.uuid()}"`) }];
}
