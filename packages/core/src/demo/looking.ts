// Looking: the commands that only read, kubectl get, describe, logs and auth can-i; some reach too far. A person and a workload in, requests out.
import { ask, MILLIS, MINUTES, pods, SECONDS } from './ask.ts';
import type { Workload } from './cast.ts';
import type { Random } from './random.ts';
import type { Caller, DemoRequest, ObjectRef } from './request.ts';

export function listPods(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  return [ask(caller, 'list', pods(place), random, { query: 'limit=500' })];
}

export function describePod(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
  const isTypo = random.chance(0.07);
  const name = isTypo ? `${place.name}-0` : random.pick(place.pods);
  const get = ask(caller, 'get', pods(place, name), random, isTypo ? { code: 404 } : {});
  const events = { resource: 'events', namespace: place.namespace, apiVersion: 'v1' };
  const query = `fieldSelector=involvedObject.name%3D${name}%2CinvolvedObject.namespace%3D${place.namespace}&limit=500`;
  return isTypo ? [get] : [get, ask(caller, 'list', events, random, { query })];
}

export function readLogs(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
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

export function look(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
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

export function askCanI(caller: Caller, _place: Workload, random: Random): readonly DemoRequest[] {
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

export function reachTooFar(caller: Caller, place: Workload, random: Random): readonly DemoRequest[] {
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
