// Controllers: what the loops inside kube-controller-manager and the scheduler write. One request at a time.

import { MILLIS } from './ask.ts';
import type { Cast } from './cast.ts';
import { quick, update } from './kubelets.ts';
import type { Random } from './random.ts';
import type { Caller, DemoRequest } from './request.ts';

export function clusterEvent(cast: Cast, random: Random): DemoRequest {
  const { namespace, pods } = random.pick(cast.workloads);
  return {
    caller: random.chance(0.6) ? random.pick(cast.nodes) : random.pick(cast.controllers),
    verb: 'create',
    object: { resource: 'events', namespace, name: `${random.pick(pods)}.${random.hex(16)}`, apiVersion: 'v1' },
    code: 201,
    noise: true,
    tookMicros: quick(random),
  };
}

function controllerOf(cast: Cast, name: string): Caller {
  const found = cast.controllers.find(({ username }) => username.endsWith(`:${name}`));
  if (found === undefined) throw new Error(`no controller ${name}`);
  return found;
}

export function endpointSlice(cast: Cast, random: Random, atMicros: number): DemoRequest {
  const { namespace, name } = random.pick(cast.workloads);
  const object = {
    resource: 'endpointslices',
    namespace,
    name: `${name}-${namespace.slice(0, 5)}`,
    apiGroup: 'discovery.k8s.io',
    apiVersion: 'v1',
  };
  return update(controllerOf(cast, 'endpointslice-controller'), object, random, atMicros);
}

export function workloadStatus(cast: Cast, random: Random, atMicros: number): DemoRequest {
  const { namespace, name, replicaSet } = random.pick(cast.workloads);
  const isSet = random.chance(0.5);
  const object = {
    resource: isSet ? 'replicasets' : 'deployments',
    namespace,
    name: isSet ? replicaSet : name,
    apiGroup: 'apps',
    apiVersion: 'v1',
    subresource: 'status',
  };
  return update(
    controllerOf(cast, isSet ? 'replicaset-controller' : 'deployment-controller'),
    object,
    random,
    atMicros,
  );
}

export function autoscaler(cast: Cast, random: Random): DemoRequest {
  const { namespace } = random.pick(cast.workloads);
  return {
    caller: controllerOf(cast, 'horizontal-pod-autoscaler'),
    verb: 'list',
    object: { resource: 'pods', namespace, apiGroup: 'metrics.k8s.io', apiVersion: 'v1beta1' },
    query: `labelSelector=${encodeURIComponent(`app in (${namespace})`)}`,
    code: 200,
    noise: true,
    tookMicros: 3000 + random.around(12 * MILLIS),
  };
}

export function schedule(cast: Cast, random: Random): DemoRequest {
  const { namespace, replicaSet } = random.pick(cast.workloads);
  const scheduler = cast.managers.find(({ username }) => username === 'system:kube-scheduler');
  return {
    caller: scheduler ?? random.pick(cast.managers),
    verb: 'create',
    object: {
      resource: 'pods',
      namespace,
      name: `${replicaSet}-${random.suffix(5)}`,
      apiVersion: 'v1',
      subresource: 'binding',
    },
    code: 201,
    tookMicros: quick(random),
  };
}

export function collectGarbage(cast: Cast, random: Random): DemoRequest {
  const { namespace, replicaSet } = random.pick(cast.workloads);
  return {
    caller: controllerOf(cast, random.chance(0.5) ? 'generic-garbage-collector' : 'replicaset-controller'),
    verb: 'delete',
    object: { resource: 'pods', namespace, name: `${replicaSet}-${random.suffix(5)}`, apiVersion: 'v1' },
    code: random.chance(0.05) ? 404 : 200,
    tookMicros: quick(random),
  };
}
