// Kubelets: what the nodes ask of the API server all day, and how a machine updates an object. One request at a time.
import type { Cast } from './cast.ts';
import type { Random } from './random.ts';
import type { Caller, DemoRequest, ObjectRef } from './request.ts';

const MILLIS = 1000;

/** Grows with time, as etcd's revision does. */
const resourceVersion = (atMicros: number, random: Random): string =>
  String(Math.floor((atMicros - 1.7e15) / 50_000) + random.below(5));

/** Microseconds of a small request; a few are slow. */
export const quick = (random: Random): number =>
  900 + random.around(2.5 * MILLIS) + (random.chance(0.002) ? random.around(900 * MILLIS) : 0);

/** An update of a known object; one in a hundred comes too late. */
export function update(
  caller: Caller,
  object: ObjectRef,
  random: Random,
  atMicros: number,
  verb = 'update',
): DemoRequest {
  const isLate = verb === 'update' && random.chance(0.01);
  return {
    caller,
    verb,
    object: {
      ...object,
      ...(verb === 'update' ? { uid: random.uuid(), resourceVersion: resourceVersion(atMicros, random) } : {}),
    },
    code: isLate ? 409 : 200,
    noise: true,
    tookMicros: quick(random),
  };
}

export function nodeLease(cast: Cast, random: Random, atMicros: number): DemoRequest {
  const caller = random.pick(cast.nodes);
  const name = caller.username.slice('system:node:'.length);
  const lease = {
    resource: 'leases',
    namespace: 'kube-node-lease',
    name,
    apiGroup: 'coordination.k8s.io',
    apiVersion: 'v1',
  };
  return { ...update(caller, lease, random, atMicros), query: 'timeout=10s' };
}

export function nodeStatus(cast: Cast, random: Random, atMicros: number): DemoRequest {
  const caller = random.pick(cast.nodes);
  const name = caller.username.slice('system:node:'.length);
  const object = { resource: 'nodes', name, apiVersion: 'v1', subresource: 'status' };
  return { ...update(caller, object, random, atMicros, 'patch'), query: 'timeout=10s' };
}

export function podStatus(cast: Cast, random: Random, atMicros: number): DemoRequest {
  const { namespace, pods } = random.pick(cast.workloads);
  const object = { resource: 'pods', namespace, name: random.pick(pods), apiVersion: 'v1', subresource: 'status' };
  const ready = random.chance(0.9) ? 'True' : 'False';
  const started = new Date(Math.floor(atMicros / 1000) - random.below(86_400_000)).toISOString().slice(0, 19);
  return {
    ...update(random.pick(cast.nodes), object, random, atMicros, 'patch'),
    level: 'Request',
    requestObject: `{"metadata":{"uid":"${random.uuid()}"},"status":{"conditions":[{"lastTransitionTime":"${started}Z","status":"${ready}","type":"Ready"}],"containerStatuses":[{"name":"app","ready":${ready === 'True'},"restartCount":${random.below(4)}}]}}`,
  };
}

export function kubeletReads(cast: Cast, random: Random): DemoRequest {
  const { namespace, name } = random.pick(cast.workloads);
  const isSecret = random.chance(0.4);
  const isGone = random.chance(0.03);
  return {
    caller: random.pick(cast.nodes),
    verb: 'get',
    object: {
      resource: isSecret ? 'secrets' : 'configmaps',
      namespace,
      name: isGone ? `${name}-old` : isSecret ? `${name}-tls` : 'kube-root-ca.crt',
      apiVersion: 'v1',
    },
    code: isGone ? 404 : 200,
    noise: true,
    tookMicros: quick(random),
  };
}

export function serviceToken(cast: Cast, random: Random): DemoRequest {
  const { namespace, name } = random.pick(cast.workloads);
  return {
    caller: random.pick(cast.nodes),
    verb: 'create',
    object: { resource: 'serviceaccounts', namespace, name, apiVersion: 'v1', subresource: 'token' },
    code: 201,
    noise: true,
    tookMicros: quick(random),
  };
}
