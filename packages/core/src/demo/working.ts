// Working: the commands that change or enter something, kubectl exec, cp, port-forward, apply, scale, delete. A person and a workload in, requests out.
import { ask, deployment, execQuery, MILLIS, MINUTES, pods, SECONDS } from './ask.ts';
import type { Workload } from './cast.ts';
import { listPods } from './looking.ts';
import type { Random } from './random.ts';
import type { Caller, DemoRequest } from './request.ts';

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

export function runInPod(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
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

export function copyFromPod(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const name = random.pick(place.pods);
  const query = execQuery(['tar', 'cf', '-', '/var/log/app/app.log'], false);
  const more = { query, code: 101, longRunning: true, tookMicros: 200 * MILLIS + random.around(3 * SECONDS) } as const;
  return [ask(caller, 'get', pods(place, name), random), ask(caller, 'get', pods(place, name, 'exec'), random, more)];
}

export function forwardPort(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const name = random.pick(place.pods);
  const more = { code: 101, longRunning: true, tookMicros: MINUTES + random.around(20 * MINUTES) } as const;
  return [
    ask(caller, 'get', pods(place, name), random),
    ask(caller, 'create', pods(place, name, 'portforward'), random, more),
  ];
}

export function applyManifest(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
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

export function restart(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  return [
    ask(caller, 'patch', deployment(place), random, { query: 'fieldManager=kubectl-rollout' }),
    ask(caller, 'watch', deployment(place), random, {
      query: `fieldSelector=metadata.name%3D${place.name}&resourceVersion=${random.below(90_000_000)}&watch=true`,
      longRunning: true,
      tookMicros: 8 * SECONDS + random.around(40 * SECONDS),
    }),
  ];
}

export function scale(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  return [ask(caller, 'get', deployment(place), random), ask(caller, 'patch', deployment(place, 'scale'), random)];
}

export function deletePod(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  return [ask(caller, 'delete', pods(place, random.pick(place.pods)), random)];
}

/** `--as`: who asks and whom they play are both recorded. */
export function actAs(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  if (caller.groups[0] !== 'sre') return listPods(caller, place, random);
  const impersonated = { username: 'system:admin', groups: ['system:masters', 'system:authenticated'] };
  return [ask({ ...caller, impersonated, reason: '' }, 'list', pods(place), random, { query: 'limit=500' })];
}

export function grantRole(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
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
