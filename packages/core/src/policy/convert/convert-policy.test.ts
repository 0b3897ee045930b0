// Profiles, presets and conversions: what is written is read back as the same policy wherever the target can hold one.
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { printPolicy } from '../edit/print-policy.ts';
import { lintPolicy } from '../lint/lint-policy.ts';
import { loadPolicy } from '../load/load-policy.ts';
import { makePolicy, makeRule } from '../policy.ts';
import { buildOpenshiftPatch, buildOpenshiftPolicy } from '../profile/openshift-profile.ts';
import { findPreset, PRESETS } from '../profile/preset.ts';
import { readVectors } from '../testing/vectors.ts';
import { adviseFlags } from './audit-flags.ts';
import { CONVERT_TARGETS } from './conversion.ts';
import { convertPolicy } from './convert-policy.ts';
import { extractPolicy } from './extract-policy.ts';

test.each(PRESETS.map((preset) => [preset.name, preset] as const))(
  'preset %s loads without a warning',
  (_name, preset) => {
    const load = loadPolicy(printPolicy(preset.policy));
    if (!load.ok) throw new Error(load.error);
    expect(load.policy).toEqual(preset.policy);
    expect(load.serverWarning).toBe('');
  },
);

test('the GCE preset is the recorded one', () => {
  const recorded = loadPolicy(readVectors().find(({ id }) => id === '013-gke-like')?.policy ?? '');
  expect(recorded.ok && recorded.policy).toEqual(findPreset('gke')?.policy);
});

test('our own preset has no errors', () => {
  const load = loadPolicy(printPolicy(findPreset('people')?.policy ?? makePolicy([])));
  expect(load.ok && lintPolicy(load).filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('custom rules come before the profile, each with its group', () => {
  const audit = {
    profile: 'Default',
    customRules: [
      { group: 'system:authenticated:oauth', profile: 'WriteRequestBodies' },
      { group: 'system:authenticated', profile: 'None' },
    ],
  } as const;
  const { rules } = buildOpenshiftPolicy(audit);
  expect(rules.map(({ level, userGroups }) => [level, userGroups.join()])).toEqual([
    ['None', 'system:authenticated,system:unauthenticated'],
    ['None', ''],
    ['Metadata', 'system:authenticated:oauth'],
    ['RequestResponse', 'system:authenticated:oauth'],
    ['Metadata', 'system:authenticated:oauth'],
    ['None', 'system:authenticated'],
    ['RequestResponse', ''],
    ['Metadata', ''],
  ]);
  expect(extractPolicy(JSON.stringify(buildOpenshiftPatch(audit))).load).toMatchObject({
    ok: true,
    policy: buildOpenshiftPolicy(audit),
  });
});

test.each(CONVERT_TARGETS.filter((target) => target !== 'openshift' && target !== 'clusterlogforwarder'))(
  '%s holds the same policy',
  (target) => {
    for (const preset of PRESETS) {
      const { documents, notes } = convertPolicy(preset.policy, target);
      expect(notes.filter(({ lossy }) => lossy)).toEqual([]);
      const found = documents.map(({ text }) => extractPolicy(text)).find(({ load }) => load.ok);
      expect(found?.load).toMatchObject({ ok: true, policy: preset.policy });
    }
  },
);

test.each(['Default', 'WriteRequestBodies', 'AllRequestBodies', 'None'] as const)(
  "OpenShift's own profile %s converts back to itself",
  (profile) => {
    const { documents, notes } = convertPolicy(buildOpenshiftPolicy({ profile, customRules: [] }), 'openshift');
    expect(parse(documents[0]?.text ?? '')).toEqual(buildOpenshiftPatch({ profile, customRules: [] }));
    expect(notes).toEqual([]);
  },
);

test('a policy of one’s own says what OpenShift cannot express', () => {
  const { notes } = convertPolicy(findPreset('gce')?.policy ?? makePolicy([]), 'openshift');
  expect(notes[0]?.sentence).toContain('WriteRequestBodies');
  expect(notes.filter(({ rule }) => rule >= 0).length).toBeGreaterThan(10);
});

test('the filter of the log forwarder gets what it reads otherwise spelt out', () => {
  const policy = makePolicy([
    makeRule('None', { users: ['a*'], resources: [{ group: '', resources: ['pods/*'], resourceNames: [] }] }),
    makeRule('None', { namespaces: [''] }),
    makeRule('Request', { resources: [{ group: '*', resources: ['*/scale'], resourceNames: [] }] }),
    makeRule('Metadata', { verbs: ['get'] }),
  ]);
  const { documents, notes } = convertPolicy(policy, 'clusterlogforwarder');
  const filter = parse(documents[0]?.text ?? '').spec.filters[0].kubeAPIAudit;
  expect(filter.omitResponseCodes).toEqual([]);
  expect(filter.rules).toHaveLength(3);
  expect(filter.rules[0].resources[0].resources).toEqual(['pods', 'pods/*']);
  expect(filter.rules[2]).toEqual({ level: 'None' });
  expect(notes.filter(({ lossy }) => lossy).map(({ rule }) => rule)).toEqual([0, 1, 2]);
});

test('older policies are read for conversion', () => {
  const extracted = extractPolicy('apiVersion: audit.k8s.io/v1alpha1\nkind: Policy\nrules:\n- level: Metadata\n');
  expect(extracted.load.ok).toBe(true);
  expect(extracted.notes[0]).toContain('v1alpha1');
});

test('flags keep what is asked for, and say when the disk does not suffice', () => {
  const gigabyte = 1024 ** 3;
  const enough = adviseFlags({ bytesPerDay: gigabyte, recordsPerSecond: 20, biggestRecordBytes: 5_000, keepDays: 7 });
  expect(enough.reachHours).toBeGreaterThanOrEqual(7 * 24);
  expect(enough.notes).toEqual([]);
  const short = adviseFlags({
    bytesPerDay: gigabyte,
    recordsPerSecond: 5_000,
    biggestRecordBytes: 500_000,
    keepDays: 7,
    diskBytes: 2 * gigabyte,
  });
  expect(short.diskBytes).toBeLessThanOrEqual(2 * gigabyte);
  expect(short.notes).toHaveLength(3);
});

test('what OpenShift decides otherwise is said, request by request', () => {
  const { notes } = convertPolicy(makePolicy([makeRule('Metadata')]), 'openshift');
  const sentences = notes.map(({ sentence }) => sentence);
  expect(sentences).toContain('health URLs by anybody: Metadata by the policy, None by OpenShift.');
  expect(sentences).toContain('OpenShift never records the stage RequestReceived.');
  expect(notes.every(({ lossy }) => lossy)).toBe(true);
  // Many people make many differences; the rest is counted.
  const many = makePolicy(Array.from({ length: 30 }, (_, i) => makeRule('Request', { users: [`user-${i}`] })));
  expect(convertPolicy(many, 'openshift').notes.some(({ sentence }) => /^\d+ more differences/.test(sentence))).toBe(
    true,
  );
});

test('patterns that only the filter of the log forwarder knows are named', () => {
  const entry = { group: '', resources: ['pods/*', '*/scale', 'conf*'], resourceNames: ['kube-*'] };
  const { notes, documents } = convertPolicy(
    makePolicy([makeRule('Metadata', { resources: [entry] })]),
    'clusterlogforwarder',
  );
  const said = notes.find(({ rule }) => rule === 0)?.sentence;
  expect(said).toContain('"conf*", "kube-*"');
  expect(said).not.toContain('scale');
  expect(extractPolicy(documents[0]?.text ?? '').notes[0]).toContain('"conf*", "kube-*" is a wildcard to the filter');
  const plain = convertPolicy(makePolicy([makeRule('Metadata')]), 'clusterlogforwarder').documents[0]?.text ?? '';
  expect(extractPolicy(plain).notes.join()).not.toContain('wildcard');
});

test.each([
  ['k3s', 'kube-apiserver-arg:\n- audit-policy-file=/etc/audit.yaml\n'],
  ['RKE2', 'audit-policy-file: /etc/audit.yaml\n'],
  ['kubeadm', 'apiServer:\n  extraArgs:\n  - {name: audit-policy-file, value: /etc/audit.yaml}\n'],
  ['older kubeadm', 'apiServer:\n  extraArgs: {audit-policy-file: /etc/audit.yaml}\n'],
  ['kOps', 'spec: {kubeAPIServer: {auditPolicyFile: /etc/audit.yaml}}\n'],
])('a configuration of %s that only names the file of the policy says which', (_name, text) => {
  const { load } = extractPolicy(`# configuration\n${text}`);
  expect(load.ok ? '' : load.error).toContain('only names its file /etc/audit.yaml. Give that file.');
});

test('a profile that OpenShift does not have is said', () => {
  const text = 'apiVersion: config.openshift.io/v1\nkind: APIServer\nspec:\n  audit: {profile: Everything}\n';
  expect(extractPolicy(text).notes[0]).toBe('OpenShift has no profile "Everything"; Default stands for it here.');
});

test('a list of resources is looked through', () => {
  const item = JSON.stringify(buildOpenshiftPatch({ profile: 'AllRequestBodies', customRules: [] }));
  const found = extractPolicy(`{"apiVersion":"v1","kind":"List","items":[{"kind":"ConfigMap"},${item}]}`);
  expect(found.load).toMatchObject({
    ok: true,
    policy: buildOpenshiftPolicy({ profile: 'AllRequestBodies', customRules: [] }),
  });
});

test.each([
  ['tiny items', '- a\n'.repeat(1_000_000), 'KW_POLICY_TOO_LARGE'],
  ['brackets', `x: ${'['.repeat(1_000_000)}`, 'KW_POLICY_TOO_DEEP'],
])('megabytes of %s are not read a second time', (_name, text, code) => {
  const { load } = extractPolicy(text);
  expect(load.ok ? '' : load.problems[0]?.code).toBe(code);
});

test('several documents are looked through, as Talos writes them', () => {
  const text =
    'version: v1alpha1\nmachine: {}\n---\napiVersion: v1alpha1\nkind: KubeAuditPolicyConfig\nconfiguration:\n  apiVersion: audit.k8s.io/v1\n  kind: Policy\n  rules:\n  - level: Request\n';
  expect(extractPolicy(text)).toMatchObject({
    from: 'a Talos audit policy document',
    load: { ok: true, policy: { rules: [{ level: 'Request' }] } },
  });
});

test('kind gets its patch in both versions of kubeadm', () => {
  const text = convertPolicy(makePolicy([makeRule('Metadata')]), 'kind').documents[1]?.text ?? '';
  const patches = parse(text).nodes[0].kubeadmConfigPatches.map((patch: string) => parse(patch));
  expect(patches.map(({ apiVersion }: { apiVersion: string }) => apiVersion)).toEqual([
    'kubeadm.k8s.io/v1beta4',
    'kubeadm.k8s.io/v1beta3',
  ]);
  expect(patches[0].apiServer.extraArgs).toContainEqual({ name: 'audit-log-maxsize', value: '100' });
  expect(patches[1].apiServer.extraArgs).toMatchObject({ 'audit-log-maxsize': '100' });
});
