// Ready-made policies: the reference of GCE and GKE, Tencent TKE's default, and what other distributions run with.
import { type GroupResources, makePolicy, makeRule, type Policy, type PolicyRule } from '../policy.ts';
import { buildOpenshiftPolicy, OPENSHIFT_PROFILES, type OpenshiftProfile } from './openshift-profile.ts';

export interface Preset {
  readonly name: string;
  readonly about: string;
  readonly policy: Policy;
}

const entry = (group: string, ...resources: readonly string[]): GroupResources => ({
  group,
  resources,
  resourceNames: [],
});
const READS = ['get', 'list', 'watch'];

const KNOWN_GROUPS = [
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'extensions',
  'metrics.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
].map((group) => entry(group));

/** The requests of the control plane that the GCE family never records. */
const CONTROL_PLANE: readonly PolicyRule[] = [
  makeRule('None', {
    users: ['system:kube-proxy'],
    verbs: ['watch'],
    resources: [entry('', 'endpoints', 'services', 'services/status')],
  }),
  makeRule('None', {
    users: ['system:unsecured'],
    namespaces: ['kube-system'],
    verbs: ['get'],
    resources: [entry('', 'configmaps')],
  }),
  makeRule('None', { users: ['kubelet'], verbs: ['get'], resources: [entry('', 'nodes', 'nodes/status')] }),
  makeRule('None', { userGroups: ['system:nodes'], verbs: ['get'], resources: [entry('', 'nodes', 'nodes/status')] }),
  makeRule('None', {
    users: [
      'system:kube-controller-manager',
      'system:cloud-controller-manager',
      'system:kube-scheduler',
      'system:serviceaccount:kube-system:endpoint-controller',
    ],
    verbs: ['get', 'update'],
    namespaces: ['kube-system'],
    resources: [entry('', 'endpoints')],
  }),
  makeRule('None', {
    users: ['system:apiserver'],
    verbs: ['get'],
    resources: [entry('', 'namespaces', 'namespaces/status', 'namespaces/finalize')],
  }),
  makeRule('None', {
    users: ['cluster-autoscaler'],
    verbs: ['get', 'update'],
    namespaces: ['kube-system'],
    resources: [entry('', 'configmaps', 'endpoints')],
  }),
  makeRule('None', {
    users: ['system:kube-controller-manager'],
    verbs: ['get', 'list'],
    resources: [entry('metrics.k8s.io')],
  }),
];

const NODE_STATUS = { verbs: ['update', 'patch'], resources: [entry('', 'nodes/status', 'pods/status')] };

const GCE = makePolicy([
  ...CONTROL_PLANE,
  makeRule('None', { nonResourceURLs: ['/healthz*', '/version', '/swagger*'] }),
  makeRule('None', { resources: [entry('', 'events')] }),
  ...[
    makeRule('Request', {
      ...NODE_STATUS,
      users: ['kubelet', 'system:node-problem-detector', 'system:serviceaccount:kube-system:node-problem-detector'],
    }),
    makeRule('Request', { ...NODE_STATUS, userGroups: ['system:nodes'] }),
    makeRule('Request', {
      users: ['system:serviceaccount:kube-system:namespace-controller'],
      verbs: ['deletecollection'],
    }),
    makeRule('Metadata', {
      resources: [
        entry('', 'secrets', 'configmaps', 'serviceaccounts/token'),
        entry('authentication.k8s.io', 'tokenreviews'),
      ],
    }),
    makeRule('Request', { verbs: READS, resources: KNOWN_GROUPS }),
    makeRule('RequestResponse', { resources: KNOWN_GROUPS }),
    makeRule('Metadata'),
  ].map((rule): PolicyRule => ({ ...rule, omitStages: ['RequestReceived'] })),
]);

const TKE = makePolicy(
  [
    ...CONTROL_PLANE.slice(0, -1),
    makeRule('None', { nonResourceURLs: ['/healthz*', '/version', '/swagger*'] }),
    makeRule('Metadata', {
      resources: [entry('', 'secrets', 'configmaps'), entry('authentication.k8s.io', 'tokenreviews')],
    }),
    makeRule('Request', { verbs: READS, resources: KNOWN_GROUPS }),
    makeRule('RequestResponse', { resources: KNOWN_GROUPS }),
    makeRule('Metadata'),
  ],
  { omitStages: ['RequestReceived'] },
);

const METADATA = makePolicy([makeRule('Metadata')]);

const SAFE = makePolicy(
  [
    makeRule('None', { nonResourceURLs: ['/healthz*', '/readyz*', '/livez*', '/version', '/openapi/*'] }),
    makeRule('None', {
      userGroups: ['system:nodes'],
      verbs: ['get', 'update', 'patch'],
      resources: [entry('coordination.k8s.io', 'leases')],
    }),
    makeRule('None', {
      users: [
        'system:kube-controller-manager',
        'system:kube-scheduler',
        'system:cloud-controller-manager',
        'system:apiserver',
      ],
      verbs: ['get', 'update', 'patch', 'list', 'watch'],
      resources: [entry('coordination.k8s.io', 'leases')],
    }),
    makeRule('None', { verbs: READS, resources: [entry('', 'events'), entry('events.k8s.io', 'events')] }),
    makeRule('Metadata', {
      resources: [
        entry('', 'secrets', 'serviceaccounts/token'),
        entry('authentication.k8s.io'),
        entry('oauth.openshift.io'),
        entry('route.openshift.io'),
      ],
    }),
    makeRule('RequestResponse', {
      verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
      resources: [entry('rbac.authorization.k8s.io')],
    }),
    makeRule('Metadata'),
  ],
  { omitStages: ['RequestReceived'], omitManagedFields: true },
);

const ABOUT_OPENSHIFT: Readonly<Record<OpenshiftProfile, string>> = {
  Default: 'metadata of everything, bodies of identities and OAuth tokens',
  WriteRequestBodies: 'as Default, with bodies of all writes but the sensitive ones',
  AllRequestBodies: 'bodies of everything but the sensitive ones',
  None: 'nothing',
};

export const PRESETS: readonly Preset[] = [
  { name: 'gce', about: 'the reference policy of Kubernetes on GCE and of GKE', policy: GCE },
  { name: 'tke', about: "Tencent TKE's default: reads with request bodies, writes with both", policy: TKE },
  { name: 'metadata', about: 'metadata of everything, as in Talos and RKE1', policy: METADATA },
  {
    name: 'rke2-cis',
    about: "what RKE2's CIS profile generates: one rule of level None, so the log stays empty",
    policy: makePolicy([makeRule('None')]),
  },
  {
    name: 'people',
    about: 'a start of our own: every request of people, no bodies with secrets, no leases and probes',
    policy: SAFE,
  },
  ...OPENSHIFT_PROFILES.map((profile) => ({
    name: `openshift-${profile.toLowerCase()}`,
    about: `OpenShift's profile ${profile}: ${ABOUT_OPENSHIFT[profile]}`,
    policy: buildOpenshiftPolicy({ profile, customRules: [] }),
  })),
];

export function findPreset(name: string): Preset | undefined {
  const wanted = name.toLowerCase();
  const aliases: Readonly<Record<string, string>> = {
    gke: 'gce',
    eks: 'gce',
    talos: 'metadata',
    rke1: 'metadata',
    rke2: 'rke2-cis',
    default: 'openshift-default',
  };
  return PRESETS.find((preset) => preset.name === (aliases[wanted] ?? wanted));
}
