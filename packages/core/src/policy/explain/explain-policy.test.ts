// Sentences, traces and the table, on a policy with one rule of each kind.
import { expect, test } from 'vitest';
import { NO_REQUEST } from '../evaluate/request-attributes.ts';
import { loadPolicy } from '../load/load-policy.ts';
import { explainPolicy } from './explain-policy.ts';
import { traceRequest } from './trace-request.ts';

const TEXT = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: ["system:serviceaccount:dev:bot", bob]
  nonResourceURLs: ["/healthz*", "/version"]
- level: Metadata
  userGroups: [ops]
  verbs: [get, list]
  resources: [{group: "", resources: [secrets, "pods/*", "*/status"], resourceNames: [a, ""]}]
  namespaces: [prod, ""]
- level: RequestResponse
  resources: [{group: "", resources: [pods]}, {group: apps}]
`;

const load = loadPolicy(TEXT);
if (!load.ok) throw new Error(load.error);
const { policy } = load;

test('each rule is a sentence', () => {
  expect(explainPolicy(policy).rules.map(({ sentence }) => sentence)).toMatchInlineSnapshot(`
    [
      "Nothing is recorded when the service account bot of dev or the user bob does anything on the URLs /healthz* or /version.",
      "Who, what, when and the answer code are recorded, without bodies, when somebody in the group ops does get and list on secrets, pods with all subresources or the subresource status of anything named a or (nothing) in the core group in the namespace prod or outside of namespaces (or over all of them); without the stage RequestReceived.",
      "Request and response bodies are recorded when anybody does anything on pods in the core group or everything in apps; without the stage RequestReceived.",
    ]
  `);
});

test('what fits no rule is told', () => {
  expect(explainPolicy(policy).general).toContain('A request that fits no rule is not recorded at all.');
});

test('the trace says what kept each rule from matching', () => {
  const request = {
    ...NO_REQUEST,
    user: 'alice',
    groups: ['dev'],
    verb: 'create',
    isResource: true,
    resource: 'pods',
    subresource: 'exec',
    name: 'web',
    namespace: 'prod',
  };
  expect(traceRequest(policy, request).map(({ field, sentence }) => [field, sentence])).toMatchInlineSnapshot(`
    [
      [
        "users",
        "is for system:serviceaccount:dev:bot or bob, but the user is alice.",
      ],
      [
        "userGroups",
        "is for the groups ops, but the user is in dev.",
      ],
      [
        "resources",
        "names other resources than pods/exec named web; pods does not include its subresource exec.",
      ],
    ]
  `);
  expect(traceRequest(policy, { ...request, subresource: '' }).at(-1)).toMatchObject({
    matched: true,
    level: 'RequestResponse',
  });
});

test('the table asks for everybody the rules name', () => {
  const { rows, columns } = explainPolicy(policy).matrix;
  expect(rows.map(({ who }) => who)).toEqual(['anybody else', 'system:serviceaccount:dev:bot', 'bob', 'group ops']);
  expect(rows[0]?.levels[columns.indexOf('workloads written')]).toEqual(['RequestResponse']);
  expect(rows[0]?.levels[columns.indexOf('exec, attach, port-forward')]).toEqual(['None']);
});

test('the table tells levels that only some namespaces or names get', () => {
  const loaded = loadPolicy(
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Request\n  namespaces: [prod]\n- level: None\n  resources: [{group: "", resources: [secrets], resourceNames: [dull]}]\n- level: Metadata\n',
  );
  if (!loaded.ok) throw new Error(loaded.error);
  const { rows, columns } = explainPolicy(loaded.policy).matrix;
  const cell = (column: string) => rows[0]?.levels[columns.indexOf(column)];
  expect(cell('workloads read')).toEqual(['Metadata', 'Request']);
  expect(cell('secrets read')).toEqual(['None', 'Metadata', 'Request']);
  expect(cell('other URLs')).toEqual(['Metadata']);
});
