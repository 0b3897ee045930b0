// Each finding on the smallest policy that has it, and none of it on one that has not.
import { expect, test } from 'vitest';
import { editPolicy } from '../edit/edit-policy.ts';
import { loadPolicy } from '../load/load-policy.ts';
import type { LintCode } from './finding.ts';
import { lintPolicy } from './lint-policy.ts';
import { printSarif } from './print-sarif.ts';

function load(rules: string, head = 'omitStages: [RequestReceived]\nomitManagedFields: true\n') {
  const loaded = loadPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\n${head}rules:\n${rules}`);
  if (!loaded.ok) throw new Error(loaded.error);
  return loaded;
}

const lint = (rules: string, head?: string) => lintPolicy(load(rules, head));
const codes = (rules: string, head?: string) => [...new Set(lint(rules, head).map(({ code }) => code))];
const END = '- level: Metadata\n';

const BAD: readonly (readonly [LintCode, string])[] = [
  [
    'shadowed-rule',
    `- level: None\n  resources: [{group: ""}]\n- level: Metadata\n  resources: [{group: "", resources: [secrets]}]\n${END}`,
  ],
  [
    'partly-shadowed-rule',
    `- level: None\n  users: [a]\n  verbs: [get]\n- level: Metadata\n  users: [a]\n  verbs: [get, list]\n${END}`,
  ],
  ['unknown-field', `- level: None\n  resource: [{group: ""}]\n${END}`],
  ['unknown-field', `- level: None\n  users: [x]\n  usergroups: [ops]\n${END}`],
  ['duplicate-key', `- level: None\n  users: [x]\n  users: [z]\n${END}`],
  ['dead-group', `- level: None\n  resources: [{group: core, resources: [pods]}]\n${END}`],
  ['dead-group', `- level: None\n  resources: [{group: networking, resources: [ingresses]}]\n${END}`],
  ['dead-resource', `- level: None\n  resources: [{group: "", resources: [deployments]}]\n${END}`],
  ['dead-resource', `- level: None\n  resources: [{group: "", resources: [Secret]}]\n${END}`],
  ['dead-resource', `- level: None\n  resources: [{group: "", resources: ["pod*"]}]\n${END}`],
  ['dead-resource', `- level: None\n  resources: [{group: "*", resources: ["*/*"]}]\n${END}`],
  ['dead-verb', `- level: None\n  verbs: [replace]\n  resources: [{group: apps}]\n${END}`],
  ['dead-verb', `- level: None\n  verbs: [list]\n  nonResourceURLs: ["/x"]\n${END}`],
  ['literal-wildcard', `- level: None\n  users: ["system:node:*"]\n${END}`],
  [
    'literal-wildcard',
    `- level: None\n  resources: [{group: "", resources: [configmaps], resourceNames: ["a-*"]}]\n${END}`,
  ],
  ['dead-user', `- level: None\n  users: ["system:serviceaccount:dev"]\n${END}`],
  [
    'names-on-create',
    `- level: None\n  verbs: [create]\n  resources: [{group: "", resources: [configmaps], resourceNames: [a]}]\n${END}`,
  ],
  ['missing-subresources', `- level: Metadata\n  resources: [{group: "", resources: [pods]}]\n- level: None\n`],
  ['sensitive-body', '- level: Request\n'],
  ['sensitive-body', `- level: Metadata\n  verbs: [get]\n- level: RequestResponse\n  users: [bob]\n${END}`],
  [
    'exec-websocket',
    `- level: Metadata\n  verbs: [create]\n  resources: [{group: "", resources: [pods/exec]}]\n- level: None\n`,
  ],
  ['no-catch-all', '- level: Metadata\n  verbs: [get]\n'],
  ['noise-at-high-level', '- level: RequestResponse\n'],
  ['large-response', '- level: RequestResponse\n'],
];

test.each(BAD)('finds %s', (code, rules) => {
  const found = lint(rules).filter((finding) => finding.code === code);
  expect(found.length).toBeGreaterThan(0);
  for (const finding of found) {
    expect(finding.line).toBeGreaterThan(4);
    expect(finding.why.length).toBeGreaterThan(20);
    expect(finding.suggestion).toBeDefined();
  }
});

test('stages and managedFields', () => {
  expect(codes(END, '')).toContain('request-received');
  expect(codes('- level: Request\n', '')).toContain('managed-fields');
  expect(codes('- level: Metadata\n  omitStages: [ResponseComplete]\n')).toContain('outcome-omitted');
  expect(codes(END)).not.toContain('request-received');
});

test('a good policy has no errors or warnings', () => {
  const good = `- level: None
  nonResourceURLs: ["/healthz*", "/readyz*", "/livez*"]
- level: None
  verbs: [get, update, patch]
  resources: [{group: coordination.k8s.io, resources: [leases]}]
- level: Metadata
  resources:
  - group: ""
    resources: [secrets, serviceaccounts/token, pods/exec, pods/attach, pods/portforward]
  - group: example.com
    resources: [widgets, widgets/status]
- level: Metadata
`;
  expect(lint(good)).toEqual([]);
});

test.each(BAD)('the edits suggested for %s can be made and take their finding away', (code, rules) => {
  const loaded = load(`# first\n${rules}# last\n`);
  for (const finding of lintPolicy(loaded)) {
    const edit = finding.suggestion?.edit;
    if (finding.code !== code || edit === undefined) continue;
    const edited = editPolicy(loaded, edit);
    if (!edited.ok) throw new Error(`${finding.why}\n${edited.sentence}`);
    expect(edited.text).toContain('# first');
    expect(edited.text).toContain('# last');
    const left = lintPolicy(edited.load).filter(
      (later) => later.code === code && later.why === finding.why && later.path === finding.path,
    );
    expect(left).toEqual([]);
  }
});

test('SARIF names rule, line and message, and gives paths as URIs', () => {
  const findings = lint('- level: RequestResponse\n');
  const refused = loadPolicy('apiVersion: audit.k8s.io/v1\nrules: []\n');
  if (refused.ok) throw new Error('loaded');
  const policies = [
    { path: './a b/policy#1.yaml', findings },
    { path: '/etc/bad.yaml', findings: [], refused },
  ];
  const sarif = JSON.parse(JSON.stringify(printSarif(policies, '0.0.0')));
  const [{ results, tool }] = sarif.runs;
  expect(results.map(({ ruleId }: { ruleId: string }) => ruleId).sort()).toEqual(
    ['KW_POLICY_NO_RULES', ...findings.map(({ code }) => code)].sort(),
  );
  // Each result's rule is described, as the format asks.
  const described = new Set(tool.driver.rules.map(({ id }: { id: string }) => id));
  for (const { ruleId, level, message, locations } of results) {
    expect(described).toContain(ruleId);
    expect(['error', 'warning', 'note']).toContain(level);
    expect(message.text).not.toBe('');
    const { artifactLocation, region } = locations[0].physicalLocation;
    const uri = ruleId === 'KW_POLICY_NO_RULES' ? 'file:///etc/bad.yaml' : 'a%20b/policy%231.yaml';
    expect([artifactLocation.uri, region.startLine > 0, region.startColumn > 0]).toEqual([uri, true, true]);
  }
  const secret = results.find(({ ruleId }: { ruleId: string }) => ruleId === 'sensitive-body');
  expect([secret.properties.rule, secret.locations[0].physicalLocation.region.startLine]).toEqual([0, 6]);
});

test.each([
  ['the namespace', '  namespaces: [kube-system]\n'],
  ['the name', '  resources: [{group: "", resources: [secrets], resourceNames: [admin]}]\n'],
  ['the user', '  users: [bob]\n  verbs: [patch]\n'],
])('secrets of %s that a rule names are found', (_what, fields) => {
  const found = lint(`- level: Request\n${fields}${END}`).filter(({ code }) => code === 'sensitive-body');
  expect(found.map(({ rule, severity }) => [rule, severity])).toContainEqual([0, 'error']);
});

test.each([
  [`- level: None\n  verbs: [get]\n  resources: [{group: "", resources: [pods/exec]}]\n${END}`, 'rule 0 drops that'],
  [
    `- level: Metadata\n  namespaces: [prod]\n  verbs: [create, delete]\n- level: None\n  resources: [{group: ""}]\n`,
    'rule 1 drops that',
  ],
])('sessions by get are missed by %s', (rules, why) => {
  const found = lint(rules).filter(({ code }) => code === 'exec-websocket');
  expect(found.map((finding) => finding.why).join()).toContain(why);
  for (const { suggestion } of found) expect(suggestion?.edit).toBeDefined();
});

test('the misspelt key of an OpenShift manifest is explained', () => {
  const found = lint(
    `- level: Metadata\n  resources:\n  - group: "machineconfiguration.openshift.io"\n    resource: ["machineconfigs"]\n${END}`,
  );
  const finding = found.find(({ code }) => code === 'unknown-field');
  expect(finding?.why).toContain('takes the whole group');
  expect(finding?.suggestion?.sentence).toBe('Write "resources".');
});

test('10,000 rules are linted in bounded time', () => {
  const rules = Array.from({ length: 10_000 }, (_, i) => `- level: Metadata\n  users: [u${i}]\n  verbs: [get]\n`).join(
    '',
  );
  expect(lint(rules + END).length).toBeGreaterThanOrEqual(0);
});
