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
  expect(explainPolicy(policy).rules.map(({ sentence }) => sentence)).toMatchInlineSnapshot();
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
  expect(traceRequest(policy, request).map(({ field, sentence }) => [field, sentence])).toMatchInlineSnapshot();
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
