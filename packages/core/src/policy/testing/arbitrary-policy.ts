// Random policies and requests over a small vocabulary, so that rules collide and shadow each other.
import fc from 'fast-check';
import type { RequestAttributes } from '../evaluate/request-attributes.ts';
import { type GroupResources, LEVELS, makePolicy, type Policy, type PolicyRule, STAGES } from '../policy.ts';

const USERS = ['alice', 'system:node:n1', 'system:serviceaccount:dev:bot', ''];
const GROUPS = ['developers', 'system:nodes', 'system:authenticated'];
const VERBS = ['get', 'list', 'create', 'patch'];
const NAMESPACES = ['dev', 'prod', ''];
const API_GROUPS = ['', 'apps', 'example.com'];
const RESOURCES = ['pods', 'secrets', 'deployments'];
const SUBRESOURCES = ['', 'exec', 'status'];
const NAMES = ['', 'web', 'db'];
const PATHS = ['/api', '/healthz', '/healthz/etcd', '/version', '/a*'];

const few = (texts: readonly string[]) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.subarray([...texts], { minLength: 1, maxLength: 3 }) },
  );
const resourceTexts = [
  '*',
  'pods',
  'secrets',
  'pods/exec',
  'pods/*',
  '*/status',
  '*/exec',
  'deployments/status',
  '*/*',
  '',
];

const resources: fc.Arbitrary<GroupResources> = fc
  .record({ group: fc.constantFrom('*', ...API_GROUPS), resources: few(resourceTexts), resourceNames: few(NAMES) })
  .map((entry) => (entry.resources.length === 0 ? { ...entry, resourceNames: [] } : entry));

export const arbitraryRule: fc.Arbitrary<PolicyRule> = fc
  .record({
    level: fc.constantFrom(...LEVELS),
    users: few(USERS),
    userGroups: few(GROUPS),
    verbs: few(VERBS),
    resources: fc.oneof(
      { weight: 1, arbitrary: fc.constant<GroupResources[]>([]) },
      { weight: 2, arbitrary: fc.array(resources, { minLength: 1, maxLength: 2 }) },
    ),
    namespaces: few(NAMESPACES),
    nonResourceURLs: few(['*', '/api', '/healthz', '/healthz*', '/healthz/*', '/a*', '/version']),
    omitStages: fc.subarray([...STAGES], { maxLength: 2 }),
    omitManagedFields: fc.constantFrom(undefined, true, false),
  })
  .map((rule) => (rule.resources.length > 0 || rule.namespaces.length > 0 ? { ...rule, nonResourceURLs: [] } : rule));

export const arbitraryPolicy: fc.Arbitrary<Policy> = fc
  .record({
    rules: fc.array(arbitraryRule, { minLength: 1, maxLength: 6 }),
    omitStages: fc.subarray([...STAGES], { maxLength: 1 }),
    omitManagedFields: fc.boolean(),
  })
  .map(({ rules, ...rest }) => makePolicy(rules, rest));

/** Every request over the vocabulary: small enough to ask all of them. */
export function allRequests(): readonly RequestAttributes[] {
  const people = [
    { user: null, groups: [] },
    ...USERS.flatMap((user) =>
      [[], ['developers'], ['system:nodes', 'system:authenticated'], GROUPS].map((groups) => ({ user, groups })),
    ),
  ];
  const verbs = [...VERBS, 'delete'];
  const nothing = { apiGroup: '', resource: '', subresource: '', name: '', namespace: '', path: '' };
  const targets = [
    ...PATHS.map((path) => ({ ...nothing, isResource: false, path })),
    ...[...API_GROUPS, 'other.io'].flatMap((apiGroup) =>
      [...RESOURCES, 'widgets'].flatMap((resource) =>
        SUBRESOURCES.flatMap((subresource) =>
          NAMES.map((name) => ({ ...nothing, isResource: true, apiGroup, resource, subresource, name })),
        ),
      ),
    ),
  ];
  return people.flatMap((person) =>
    verbs.flatMap((verb) =>
      targets.flatMap((target, index) => [
        { ...person, verb, ...target, namespace: target.isResource ? (NAMESPACES[index % 3] ?? '') : '' },
      ]),
    ),
  );
}
