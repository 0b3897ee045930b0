// Pipelines, logins and strangers: CI deploys, people log in through the OAuth server, scanners knock. A draw in, requests with their delays out.
import type { Cast } from './cast.ts';
import type { Step } from './people.ts';
import type { Random } from './random.ts';
import type { DemoRequest } from './request.ts';

const MILLIS = 1000;
const SECONDS = 1_000_000;

/** `helm upgrade`: releases are secrets, objects are patched one by one, the rollout is watched. */
export function drawDeployment(cast: Cast, random: Random): readonly Step[] {
  const caller = random.pick(cast.pipelines);
  const { namespace, name } = random.pick(cast.workloads);
  const version = 1 + random.below(40);
  const secret = (release: number) => ({
    resource: 'secrets',
    namespace,
    name: `sh.helm.release.v1.${name}.v${release}`,
    apiVersion: 'v1',
  });
  const took = (): number => 1500 + random.around(8 * MILLIS);
  const patch = (resource: string, apiGroup?: string): DemoRequest => ({
    caller,
    verb: 'patch',
    object: { resource, namespace, name, ...(apiGroup === undefined ? {} : { apiGroup }), apiVersion: 'v1' },
    query: 'fieldManager=helm',
    code: random.chance(0.02) ? 409 : 200,
    tookMicros: took(),
  });
  const requests: DemoRequest[] = [
    {
      caller,
      verb: 'list',
      object: { resource: 'secrets', namespace, apiVersion: 'v1' },
      query: `labelSelector=name%3D${name}%2Cowner%3Dhelm`,
      code: 200,
      tookMicros: took(),
    },
    { caller, verb: 'get', object: secret(version), code: 200, tookMicros: took() },
    { caller, verb: 'create', object: secret(version + 1), code: 201, tookMicros: took() },
    patch('configmaps'),
    patch('services'),
    patch('deployments', 'apps'),
    {
      caller,
      verb: 'watch',
      object: { resource: 'deployments', namespace, apiGroup: 'apps', apiVersion: 'v1' },
      query: `fieldSelector=metadata.name%3D${name}&timeoutSeconds=300&watch=true`,
      code: 200,
      longRunning: true,
      tookMicros: 10 * SECONDS + random.around(45 * SECONDS),
    },
    { caller, verb: 'update', object: secret(version + 1), code: 200, tookMicros: took() },
  ];
  let afterMicros = 0;
  return requests.map((request) => {
    const step = { afterMicros, request };
    afterMicros += 40 * MILLIS + random.below(900 * MILLIS);
    return step;
  });
}

const BROWSERS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15',
];

/** A login page of the OAuth server: the name typed is in an annotation, the user is still anonymous. */
export function drawLogin(cast: Cast, random: Random): readonly Step[] {
  const person = random.pick(cast.people);
  const outcome = random.chance(0.12) ? (random.chance(0.3) ? 'error' : 'deny') : 'allow';
  const typed = outcome === 'error' ? 'kubeadmin' : (person.username.split('@')[0] ?? '');
  const request: DemoRequest = {
    caller: {
      username: 'system:anonymous',
      groups: ['system:unauthenticated'],
      sourceIps: person.sourceIps,
      userAgent: random.pick(BROWSERS),
      reason: '',
    },
    verb: 'post',
    path: '/login',
    code: 302,
    component: 'oauth-server',
    tookMicros: 15 * MILLIS + random.around(40 * MILLIS),
    annotations: [
      ['authentication.openshift.io/decision', outcome],
      ['authentication.openshift.io/username', typed],
    ],
  };
  return [{ afterMicros: 0, request }];
}

/** Strangers: expired tokens (401, one record) and unauthenticated curiosity (403). */
export function drawStranger(cast: Cast, random: Random): readonly Step[] {
  const caller = random.pick(cast.scanners);
  const tookMicros = 200 + random.below(700);
  const object = { resource: random.pick(['pods', 'secrets', 'namespaces']), apiVersion: 'v1' };
  const request: DemoRequest = random.chance(0.5)
    ? { caller, verb: 'list', object, code: 401, tookMicros }
    : random.chance(0.5)
      ? { caller, verb: 'list', object, query: 'limit=500', code: 403, tookMicros }
      : {
          caller,
          verb: 'get',
          path: random.pick(['/', '/.env', '/actuator/health', '/cgi-bin/luci']),
          code: 403,
          tookMicros,
        };
  return [{ afterMicros: 0, request }];
}
