// Machines: what controllers, operators and probes do all day, kubelets among them. One request at a time, drawn from a weighted table.
import type { Cast } from './cast.ts';
import { autoscaler, clusterEvent, collectGarbage, endpointSlice, schedule, workloadStatus } from './controllers.ts';
import { kubeletReads, nodeLease, nodeStatus, podStatus, quick, serviceToken, update } from './kubelets.ts';
import type { Random } from './random.ts';
import type { DemoRequest } from './request.ts';

type Draw = (cast: Cast, random: Random, atMicros: number) => DemoRequest;

const MILLIS = 1000;
const SECONDS = 1_000_000;

/** Weights add up to about 100; the counts are those of a quiet cluster of nine nodes. */
const ACTIVITIES: readonly (readonly [number, Draw])[] = [
  [22, nodeLease],
  [12, leaderLease],
  [5, nodeStatus],
  [9, podStatus],
  [9, watch],
  [5, kubeletReads],
  [3, serviceToken],
  [6, clusterEvent],
  [5, endpointSlice],
  [6, workloadStatus],
  [4, operatorReads],
  [4, operatorWrites],
  [3, autoscaler],
  [2, schedule],
  [2, collectGarbage],
  [3, probe],
];

const TOTAL = ACTIVITIES.reduce((sum, [weight]) => sum + weight, 0);

export function drawMachine(cast: Cast, random: Random, atMicros: number): DemoRequest {
  let left = random.next() * TOTAL;
  for (const [weight, draw] of ACTIVITIES) {
    left -= weight;
    if (left < 0) return draw(cast, random, atMicros);
  }
  return probe(cast, random);
}

function leaderLease(cast: Cast, random: Random, atMicros: number): DemoRequest {
  const caller = random.pick([...cast.managers, ...cast.operators]);
  const name = caller.username.split(':').at(-1) ?? '';
  const namespace = caller.username.split(':').at(2) ?? 'kube-system';
  const lease = { resource: 'leases', namespace, name, apiGroup: 'coordination.k8s.io', apiVersion: 'v1' };
  if (random.chance(0.3))
    return {
      caller,
      verb: 'get',
      object: lease,
      query: 'timeout=5s',
      code: 200,
      noise: true,
      tookMicros: quick(random),
    };
  return { ...update(caller, lease, random, atMicros), query: 'timeout=5s' };
}

/** Informers renew their watches every five to ten minutes. */
function watch(cast: Cast, random: Random): DemoRequest {
  const [resource, apiGroup] = random.pick(WATCHED);
  const caller = random.pick([...cast.nodes, ...cast.managers, ...cast.operators, ...cast.operators]);
  const seconds = 300 + random.below(300);
  return {
    caller,
    verb: 'watch',
    object: { resource, ...(apiGroup === '' ? {} : { apiGroup }), apiVersion: 'v1' },
    query: `allowWatchBookmarks=true&resourceVersion=${random.below(90_000_000)}&timeout=${Math.floor(seconds / 60)}m${seconds % 60}s&timeoutSeconds=${seconds}&watch=true`,
    code: 200,
    noise: true,
    longRunning: true,
    tookMicros: random.chance(0.04) ? random.around(30 * SECONDS) : seconds * SECONDS + random.below(9 * MILLIS),
  };
}

const WATCHED: readonly (readonly [string, string])[] = [
  ['pods', ''],
  ['services', ''],
  ['configmaps', ''],
  ['secrets', ''],
  ['nodes', ''],
  ['endpointslices', 'discovery.k8s.io'],
  ['deployments', 'apps'],
  ['networkpolicies', 'networking.k8s.io'],
  ['ingresses', 'networking.k8s.io'],
  ['runtimeclasses', 'node.k8s.io'],
  ['csidrivers', 'storage.k8s.io'],
  ['certificates', 'cert-manager.io'],
];

function operatorReads(cast: Cast, random: Random): DemoRequest {
  const [resource, apiGroup] = random.pick(WATCHED);
  return {
    caller: random.pick(cast.operators),
    verb: 'list',
    object: { resource, ...(apiGroup === '' ? {} : { apiGroup }), apiVersion: 'v1' },
    query: 'limit=500',
    code: random.chance(0.004) ? 504 : 200,
    noise: true,
    tookMicros: 2000 + random.around(25 * MILLIS) + (random.chance(0.03) ? random.around(700 * MILLIS) : 0),
  };
}

function operatorWrites(cast: Cast, random: Random, atMicros: number): DemoRequest {
  const caller = random.pick(cast.operators);
  const { namespace, name } = random.pick(cast.workloads);
  const object = { resource: 'configmaps', namespace, name: `${name}-config`, apiVersion: 'v1' };
  return {
    ...update(caller, object, random, atMicros, random.chance(0.5) ? 'patch' : 'update'),
    query: `fieldManager=${caller.username.split(':').at(-1)}`,
  };
}

/** Also the request that fills up a count: exactly one record. */
export function probe(cast: Cast, random: Random): DemoRequest {
  return {
    caller: cast.prometheus,
    verb: 'get',
    path: random.pick(['/metrics', '/readyz', '/livez', '/metrics', '/api', '/apis', '/version']),
    code: 200,
    noise: true,
    tookMicros: 500 + random.around(8 * MILLIS),
  };
}
