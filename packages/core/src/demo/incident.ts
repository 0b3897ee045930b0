// The incident: a stolen pipeline token lists secrets, runs commands in a pod, debugs a node and deletes the events about it. What must be found is data.

import { execQuery } from './ask.ts';
import type { Cast } from './cast.ts';
import type { Step } from './people.ts';
import type { Random } from './random.ts';
import type { Caller, DemoRequest } from './request.ts';

const SECONDS = 1_000_000;
const MINUTES = 60 * SECONDS;

/** How long the thief stays, from the first request to the last line. */
export const INCIDENT_MICROS = 28 * MINUTES;

/** One thing that a search must show. Counted in requests (finished records), not in stages. */
export interface ExpectedFact {
  readonly what: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly code: number;
  readonly requests: number;
  /** argv of exec; empty otherwise. */
  readonly command: readonly string[];
}

export interface Incident {
  /** The pipeline's own account: by name alone the thief cannot be told from the pipeline, by address and client it can. */
  readonly username: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly pod: string;
  readonly node: string;
  readonly steps: readonly Step[];
  readonly facts: readonly ExpectedFact[];
}

export function createIncident(cast: Cast, random: Random): Incident {
  const [owner] = cast.pipelines;
  const target = cast.workloads.find(({ namespace, name }) => namespace === 'payments' && name === 'api');
  if (owner === undefined || target === undefined) throw new Error('the cast lacks the pipeline or payments/api');
  const thief: Caller = {
    ...owner,
    sourceIps: ['203.0.113.66'],
    userAgent: 'kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0',
  };
  const pod = target.pods[0] ?? '';
  const debugPod = `node-debugger-worker-2-${random.suffix(5)}`;
  const steps: Step[] = [];
  const facts = new Map<string, ExpectedFact>();
  const at = (
    seconds: number,
    what: string,
    request: Omit<DemoRequest, 'caller'>,
    command: readonly string[] = [],
  ): void => {
    steps.push({ afterMicros: seconds * SECONDS + random.below(SECONDS), request: { ...request, caller: thief } });
    const { resource = '', subresource = '', namespace = '' } = request.object ?? {};
    const fact = { what, verb: request.verb, resource, subresource, namespace, code: request.code, command };
    const key = JSON.stringify(fact);
    facts.set(key, { ...fact, requests: (facts.get(key)?.requests ?? 0) + 1 });
  };
  const took = (): number => 900 + random.around(6000);
  const core = (
    resource: string,
    namespace?: string,
    name?: string,
    subresource?: string,
  ): NonNullable<DemoRequest['object']> => ({
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    apiVersion: 'v1',
    ...(subresource === undefined ? {} : { subresource }),
  });
  const exec = (seconds: number, command: readonly string[], stays: number): void =>
    at(
      seconds,
      'runs a command in a payments pod',
      {
        verb: 'get',
        object: core('pods', 'payments', pod, 'exec'),
        query: execQuery(command, command.length === 1),
        code: 101,
        longRunning: true,
        tookMicros: stays,
      },
      command,
    );

  at(0, 'looks around', {
    verb: 'create',
    object: { resource: 'selfsubjectrulesreviews', apiGroup: 'authorization.k8s.io', apiVersion: 'v1' },
    code: 201,
    tookMicros: took(),
  });
  at(9, 'looks around', {
    verb: 'list',
    object: core('namespaces'),
    query: 'limit=500',
    code: 200,
    tookMicros: took(),
  });
  at(31, 'lists all secrets of the cluster', {
    verb: 'list',
    object: core('secrets'),
    query: 'limit=500',
    code: 200,
    tookMicros: 180_000,
  });
  for (const [index, namespace] of ['payments', 'web-shop', 'kube-system'].entries()) {
    at(58 + index * 7, 'lists secrets of a namespace', {
      verb: 'list',
      object: core('secrets', namespace),
      query: 'limit=500',
      code: 200,
      tookMicros: took(),
    });
  }
  for (const [index, name] of ['db-credentials', 'api-tls', 'stripe-api-key'].entries()) {
    at(95 + index * 6, 'reads a secret', {
      verb: 'get',
      object: core('secrets', 'payments', name),
      code: 200,
      tookMicros: took(),
    });
  }
  at(130, 'looks around', {
    verb: 'list',
    object: core('pods', 'payments'),
    query: 'limit=500',
    code: 200,
    tookMicros: took(),
  });
  at(150, 'misses a pod', {
    verb: 'get',
    object: core('pods', 'payments', 'api-0', 'exec'),
    query: execQuery(['id'], false),
    code: 404,
    message: 'pods "api-0" not found',
    longRunning: true,
    tookMicros: 2500,
  });
  exec(171, ['id'], 240_000);
  exec(188, ['sh', '-c', 'env; cat /var/run/secrets/kubernetes.io/serviceaccount/token'], 310_000);
  exec(214, ['sh'], 7 * MINUTES);
  at(690, 'debugs a node', {
    verb: 'get',
    object: core('nodes', undefined, 'worker-2'),
    code: 200,
    tookMicros: took(),
  });
  at(691, 'debugs a node', {
    verb: 'create',
    object: core('pods', 'default', debugPod),
    query: 'fieldManager=kubectl-debug',
    code: 201,
    tookMicros: 14_000,
    annotations: [['pod-security.kubernetes.io/enforce-policy', 'privileged:latest']],
  });
  at(694, 'debugs a node', {
    verb: 'get',
    object: core('pods', 'default', debugPod, 'attach'),
    query: 'container=debugger&stdin=true&stdout=true&tty=true',
    code: 101,
    longRunning: true,
    tookMicros: 11 * MINUTES,
  });
  at(1420, 'covers the tracks', {
    verb: 'delete',
    object: core('pods', 'default', debugPod),
    code: 200,
    tookMicros: took(),
  });
  for (const [index, namespace] of ['payments', 'default'].entries()) {
    at(1450 + index * 12, 'deletes events', {
      verb: 'deletecollection',
      object: core('events', namespace),
      code: 200,
      tookMicros: 90_000,
    });
  }
  at(1490, 'is refused', {
    verb: 'delete',
    object: core('events', 'kube-system', `worker-2.${random.hex(16)}`),
    code: 404,
    tookMicros: took(),
  });
  return {
    username: thief.username,
    sourceIp: '203.0.113.66',
    userAgent: thief.userAgent,
    pod,
    node: 'worker-2',
    steps,
    facts: [...facts.values()],
  };
}
