// The cast: who lives in the demo cluster. Namespaces, workloads, nodes, people, controllers, pipelines: fixed by the seed.
import type { Random } from './random.ts';
import type { Caller } from './request.ts';

export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly replicaSet: string;
  readonly pods: readonly string[];
}

export interface Cast {
  readonly nodes: readonly Caller[];
  readonly workloads: readonly Workload[];
  readonly people: readonly Caller[];
  readonly managers: readonly Caller[];
  readonly controllers: readonly Caller[];
  readonly operators: readonly Caller[];
  readonly pipelines: readonly Caller[];
  readonly scanners: readonly Caller[];
  readonly prometheus: Caller;
}

const APPS: readonly (readonly [string, readonly string[]])[] = [
  ['payments', ['api', 'ledger', 'settlement', 'postgres']],
  ['web-shop', ['frontend', 'cart', 'catalog', 'checkout']],
  ['orders', ['orders-api', 'orders-worker', 'rabbitmq']],
  ['search', ['indexer', 'query', 'opensearch']],
  ['data-platform', ['airflow', 'spark-history', 'trino']],
  ['staging', ['frontend', 'api', 'e2e-runner']],
  ['dev', ['sandbox', 'toolbox', 'docs']],
];

const KUBECTL = 'kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0';
const KUBECTL_MAC = 'kubectl/v1.32.3 (darwin/arm64) kubernetes/32cc146';
const KUBECTL_OLD = 'kubectl/v1.27.16 (linux/amd64) kubernetes/cbb86e0';
const OC = 'oc/4.18.0 (linux/amd64) kubernetes/2b5ce47';
const K9S = 'k9s/v0.50.6 (darwin/arm64)';

/** name, team, address, client. */
const PEOPLE: readonly (readonly [string, string, string, string])[] = [
  ['alice', 'developers', '192.0.2.17', KUBECTL],
  ['bob', 'developers', '192.0.2.18', KUBECTL_MAC],
  ['carol', 'developers', '198.51.100.23', K9S],
  ['dave', 'developers', '192.0.2.31', KUBECTL_OLD],
  ['erin', 'data-team', '192.0.2.40', KUBECTL],
  ['frank', 'sre', '192.0.2.5', OC],
  ['grace', 'sre', '198.51.100.7', KUBECTL],
  ['heidi', 'auditors', '192.0.2.77', KUBECTL_MAC],
  ['ivan', 'developers', '198.51.100.90', KUBECTL],
  ['judy', 'support', '192.0.2.101', OC],
];

const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'endpointslice-controller',
  'cronjob-controller',
  'job-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'resourcequota-controller',
  'namespace-controller',
] as const;

/** namespace, account, client, pod address. */
const OPERATORS: readonly (readonly [string, string, string, string])[] = [
  ['argocd', 'argocd-application-controller', 'argocd-application-controller/v2.14.2', '10.128.3.14'],
  ['cert-manager', 'cert-manager', 'cert-manager-controller/v1.17.0 (linux/amd64) cert-manager/4f2b9c1', '10.128.2.9'],
  ['ingress', 'ingress-nginx', 'nginx-ingress-controller/v1.12.0 (linux/amd64) ingress-nginx/9c4e2b0', '10.128.4.7'],
  ['kube-system', 'metrics-server', 'metrics-server/v0.7.2 (linux/amd64) kubernetes/$Format', '10.128.2.22'],
  ['kube-system', 'cilium-operator', 'cilium-operator/1.17.1 4d3a5c6 go version go1.24 linux/amd64', '10.0.0.21'],
  ['monitoring', 'prometheus-operator', 'PrometheusOperator/0.80.0', '10.128.3.31'],
];

export function createCast(random: Random): Cast {
  const nodeNames = ['master-0', 'master-1', 'master-2', ...Array.from({ length: 6 }, (_, index) => `worker-${index}`)];
  return {
    nodes: nodeNames.map((name, index) => node(name, `10.0.0.${10 + index}`, random)),
    workloads: APPS.flatMap(([namespace, names]) => names.map((name) => workload(namespace, name, random))),
    people: PEOPLE.map((one) => person(...one)),
    managers: [manager('kube-controller-manager', random), manager('kube-scheduler', random)],
    controllers: CONTROLLERS.map((name) => controller(name, random)),
    operators: OPERATORS.map(([namespace, name, agent, ip]) => ({
      ...serviceAccount(namespace, name, random),
      userAgent: agent,
      sourceIps: [ip],
      reason: `RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${name}" to ServiceAccount "${name}/${namespace}"`,
    })),
    pipelines: [pipeline(random, '10.129.7.41', 'Helm/3.17.1'), pipeline(random, '10.129.7.42', 'Helm/3.16.4')],
    scanners: ['203.0.113.9', '203.0.113.200'].map((ip) => ({
      username: 'system:anonymous',
      groups: ['system:unauthenticated'],
      sourceIps: [ip],
      userAgent: 'Mozilla/5.0 zgrab/0.x',
      reason: '',
    })),
    prometheus: {
      ...serviceAccount('monitoring', 'prometheus-k8s', random),
      userAgent: 'Prometheus/3.2.1',
      sourceIps: ['10.128.3.30'],
      reason:
        'RBAC: allowed by ClusterRoleBinding "prometheus-k8s" of ClusterRole "prometheus-k8s" to ServiceAccount "prometheus-k8s/monitoring"',
    },
  };
}

function serviceAccount(
  namespace: string,
  name: string,
  random: Random,
): Pick<Caller, 'username' | 'uid' | 'groups' | 'extra'> {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    uid: random.uuid(),
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: [['authentication.kubernetes.io/credential-id', `JTI=${random.uuid()}`]],
  };
}

const certificate = (random: Random): readonly (readonly [string, string])[] => [
  ['authentication.kubernetes.io/credential-id', `X509SHA256=${random.hex(64)}`],
];

function node(name: string, ip: string, random: Random): Caller {
  return {
    username: `system:node:${name}`,
    groups: ['system:nodes', 'system:authenticated'],
    extra: certificate(random),
    sourceIps: [ip],
    userAgent: 'kubelet/v1.33.4 (linux/amd64) kubernetes/74cdb42',
    reason: '',
    host: name.startsWith('master-') ? name : `master-${random.below(3)}`,
  };
}

function workload(namespace: string, name: string, random: Random): Workload {
  const replicaSet = `${name}-${random.suffix(9)}`;
  return {
    namespace,
    name,
    replicaSet,
    pods: Array.from({ length: 2 + random.below(3) }, () => `${replicaSet}-${random.suffix(5)}`),
  };
}

function person(name: string, team: string, ip: string, userAgent: string): Caller {
  const isClusterWide = team === 'sre' || team === 'auditors';
  const role = team === 'sre' ? 'admin' : team === 'auditors' || team === 'support' ? 'view' : 'edit';
  return {
    username: `${name}@example.com`,
    groups: [team, 'system:authenticated', 'system:authenticated:oauth'],
    extra: [['scopes.authorization.openshift.io', 'user:full']],
    sourceIps: [ip],
    userAgent,
    reason: isClusterWide
      ? `RBAC: allowed by ClusterRoleBinding "${team}" of ClusterRole "${role}" to Group "${team}"`
      : `RBAC: allowed by RoleBinding "${team}/{namespace}" of ClusterRole "${role}" to Group "${team}"`,
  };
}

function manager(name: string, random: Random): Caller {
  return {
    username: `system:${name}`,
    groups: ['system:authenticated'],
    extra: certificate(random),
    sourceIps: ['::1'],
    userAgent: `${name}/v1.33.4 (linux/amd64) kubernetes/74cdb42/leader-election`,
    reason: `RBAC: allowed by ClusterRoleBinding "system:${name}" of ClusterRole "system:${name}" to User "system:${name}"`,
    host: 'master-1',
  };
}

function controller(name: string, random: Random): Caller {
  return {
    ...serviceAccount('kube-system', name, random),
    sourceIps: ['::1'],
    userAgent: `kube-controller-manager/v1.33.4 (linux/amd64) kubernetes/74cdb42/system:serviceaccount:kube-system:${name}`,
    reason: `RBAC: allowed by ClusterRoleBinding "system:controller:${name}" of ClusterRole "system:controller:${name}" to ServiceAccount "${name}/kube-system"`,
    host: 'master-1',
  };
}

function pipeline(random: Random, ip: string, userAgent: string): Caller {
  return {
    ...serviceAccount('ci', 'deployer', random),
    uid: '5d3d1c0a-6a0e-4c57-9d2f-0f6a1c1f7b11',
    sourceIps: [ip],
    userAgent,
    reason:
      'RBAC: allowed by ClusterRoleBinding "ci-deployer" of ClusterRole "cluster-admin" to ServiceAccount "deployer/ci"',
  };
}
