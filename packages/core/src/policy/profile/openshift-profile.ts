// OpenShift's audit profiles with custom rules -> the policy that its API servers run, and the resource patch that asks for them.
import { type GroupResources, makePolicy, makeRule, type Policy, type PolicyRule } from '../policy.ts';

export const OPENSHIFT_PROFILES = ['Default', 'WriteRequestBodies', 'AllRequestBodies', 'None'] as const;
export type OpenshiftProfile = (typeof OPENSHIFT_PROFILES)[number];

export interface CustomRule {
  readonly group: string;
  readonly profile: OpenshiftProfile;
}

export interface OpenshiftAudit {
  readonly profile: OpenshiftProfile;
  readonly customRules: readonly CustomRule[];
}

export interface OpenshiftOptions {
  /** Clusters before 4.18 dropped the events of the core group in every profile. */
  readonly before418?: boolean;
}

const entry = (group: string, ...resources: readonly string[]): GroupResources => ({
  group,
  resources,
  resourceNames: [],
});

const WRITES = ['update', 'patch', 'create', 'delete', 'deletecollection'];

/**
 * What the profiles never record with bodies. The manifest also names two resources of machineconfiguration.openshift.io under the
 * misspelt key `resource`, which the server ignores, so the whole group is limited to Metadata: that is what clusters do.
 */
const SENSITIVE = makeRule('Metadata', {
  resources: [
    entry('route.openshift.io', 'routes', 'routes/status'),
    entry('', 'secrets', 'serviceaccounts/token'),
    entry('authentication.k8s.io', 'tokenreviews', 'tokenrequests'),
    entry('oauth.openshift.io', 'oauthclients', 'tokenreviews'),
    entry('machineconfiguration.openshift.io'),
  ],
});

const REST = makeRule('Metadata', { omitStages: ['RequestReceived'] });

const BLOCKS: Readonly<Record<OpenshiftProfile, readonly PolicyRule[]>> = {
  Default: [
    makeRule('RequestResponse', {
      verbs: ['create', 'update', 'patch', 'delete'],
      resources: [
        entry('user.openshift.io', 'identities'),
        entry('oauth.openshift.io', 'oauthaccesstokens', 'oauthauthorizetokens'),
      ],
    }),
    REST,
  ],
  WriteRequestBodies: [SENSITIVE, makeRule('RequestResponse', { verbs: WRITES }), REST],
  AllRequestBodies: [SENSITIVE, makeRule('RequestResponse')],
  None: [makeRule('None')],
};

function preamble(options: OpenshiftOptions): readonly PolicyRule[] {
  const everybody = ['system:authenticated', 'system:unauthenticated'];
  return [
    ...(options.before418 === true ? [makeRule('None', { resources: [entry('', 'events')] })] : []),
    makeRule('None', {
      userGroups: everybody,
      nonResourceURLs: ['/api*', '/version', '/healthz', '/readyz', '/livez'],
    }),
    makeRule('None', {
      users: ['system:apiserver'],
      resources: [entry('apiserver.openshift.io', 'apirequestcounts', 'apirequestcounts/*')],
      namespaces: [''],
    }),
  ];
}

/** The first custom rule whose group a user is in decides about that user. */
export function buildOpenshiftPolicy(audit: OpenshiftAudit, options: OpenshiftOptions = {}): Policy {
  const custom = audit.customRules.flatMap(({ group, profile }) =>
    BLOCKS[profile].map((rule) => ({ ...rule, userGroups: [group] })),
  );
  const rules = [...preamble(options), ...custom, ...BLOCKS[audit.profile]];
  return makePolicy(rules, { name: 'policy', omitStages: ['RequestReceived'], omitManagedFields: true });
}

export function buildOpenshiftPatch(audit: OpenshiftAudit): Readonly<Record<string, unknown>> {
  const customRules = audit.customRules.map(({ group, profile }) => ({ group, profile }));
  return {
    apiVersion: 'config.openshift.io/v1',
    kind: 'APIServer',
    metadata: { name: 'cluster' },
    spec: { audit: { profile: audit.profile, ...(customRules.length === 0 ? {} : { customRules }) } },
  };
}

export function printOpenshiftCommand(audit: OpenshiftAudit): string {
  const patch = { spec: { audit: { profile: audit.profile, customRules: audit.customRules } } };
  return `oc patch apiserver cluster --type=merge -p '${JSON.stringify(patch).replaceAll("'", "'\\''")}'`;
}

/** What people expect of the profiles and do not get. */
export function describeOpenshiftProfile(audit: OpenshiftAudit): readonly string[] {
  const used = new Set([audit.profile, ...audit.customRules.map(({ profile }) => profile)]);
  const notes: string[] = [];
  if (used.has('WriteRequestBodies') || used.has('AllRequestBodies')) {
    notes.push(
      'Despite their names, the body profiles record response bodies too, and delete and deletecollection count as writes.',
    );
    notes.push(
      'All of machineconfiguration.openshift.io stays at Metadata: the manifest misspells "resources", so the entry takes the whole group.',
    );
  }
  if (used.has('None'))
    notes.push(
      'With None nothing is recorded for these users, not even who opened a shell in a pod; must-gather of audit logs then fails.',
    );
  if (audit.customRules.length > 0)
    notes.push('The first of customRules whose group a user is in decides; the order matters.');
  notes.push('A change rolls all API servers one by one.');
  return notes;
}
