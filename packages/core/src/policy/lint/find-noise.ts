// Traffic of machines recorded with bodies, and answers that are large or come often.

import type { Person } from '../evaluate/people.ts';
import type { RequestAttributes } from '../evaluate/request-attributes.ts';
import { type Level, makeRule, type Policy, type PolicyRule } from '../policy.ts';
import { openAsker } from './ask-policy.ts';
import type { RawFinding } from './finding.ts';

interface Traffic {
  readonly what: string;
  readonly person: Person;
  readonly request: Partial<RequestAttributes>;
  /** Named when this level or a higher one is wasteful. */
  readonly levels: readonly Level[];
  readonly rule: PolicyRule;
}

const NODE: Person = {
  who: 'a kubelet',
  user: 'system:node:some-node',
  groups: ['system:nodes', 'system:authenticated'],
};
const MANAGER: Person = {
  who: 'the controller manager',
  user: 'system:kube-controller-manager',
  groups: ['system:authenticated'],
};
const PROBE: Person = { who: 'a load balancer', user: 'system:anonymous', groups: ['system:unauthenticated'] };
const BODIES: readonly Level[] = ['Request', 'RequestResponse'];
const ANY: readonly Level[] = ['Metadata', ...BODIES];

const resource = (group: string, ...resources: readonly string[]) => [{ group, resources, resourceNames: [] }];

const TRAFFIC: readonly Traffic[] = [
  {
    what: 'leases, renewed by every node and controller each few seconds',
    person: NODE,
    request: {
      verb: 'update',
      apiGroup: 'coordination.k8s.io',
      resource: 'leases',
      namespace: 'kube-node-lease',
      name: 'some-node',
    },
    levels: ANY,
    rule: makeRule('None', {
      verbs: ['get', 'update', 'patch'],
      userGroups: ['system:nodes'],
      resources: resource('coordination.k8s.io', 'leases'),
    }),
  },
  {
    what: 'cluster events',
    person: NODE,
    request: { verb: 'create', resource: 'events', namespace: 'some-namespace' },
    levels: BODIES,
    rule: makeRule('None', { resources: [...resource('', 'events'), ...resource('events.k8s.io', 'events')] }),
  },
  {
    what: 'status reports of nodes',
    person: NODE,
    request: { verb: 'patch', resource: 'nodes', subresource: 'status', name: 'some-node' },
    levels: ['RequestResponse'],
    rule: makeRule('Metadata', {
      userGroups: ['system:nodes'],
      verbs: ['update', 'patch'],
      resources: resource('', 'nodes/status', 'pods/status'),
    }),
  },
  {
    what: 'endpoints and endpoint slices, rewritten by controllers',
    person: MANAGER,
    request: {
      verb: 'update',
      apiGroup: 'discovery.k8s.io',
      resource: 'endpointslices',
      namespace: 'some-namespace',
      name: 'some-name',
    },
    levels: BODIES,
    rule: makeRule('Metadata', {
      resources: [...resource('', 'endpoints'), ...resource('discovery.k8s.io', 'endpointslices')],
    }),
  },
  {
    what: 'access reviews, asked by every aggregated API server',
    person: MANAGER,
    request: { verb: 'create', apiGroup: 'authorization.k8s.io', resource: 'subjectaccessreviews' },
    levels: ['RequestResponse'],
    rule: makeRule('Metadata', { resources: resource('authorization.k8s.io', 'subjectaccessreviews') }),
  },
  {
    what: 'health probes',
    person: PROBE,
    request: { verb: 'get', isResource: false, path: '/readyz' },
    levels: ANY,
    rule: makeRule('None', { nonResourceURLs: ['/healthz*', '/readyz*', '/livez*'] }),
  },
];

const LARGE: readonly {
  readonly what: string;
  readonly request: Partial<RequestAttributes>;
  readonly rule: PolicyRule;
}[] = [
  {
    what: 'lists of pods',
    request: { verb: 'list', resource: 'pods' },
    rule: makeRule('Metadata', { verbs: ['get', 'list', 'watch'], resources: resource('', 'pods', 'nodes') }),
  },
  {
    what: 'lists of custom resource definitions, megabytes each',
    request: { verb: 'list', apiGroup: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
    rule: makeRule('Metadata', {
      verbs: ['get', 'list', 'watch'],
      resources: resource('apiextensions.k8s.io', 'customresourcedefinitions'),
    }),
  },
  {
    what: 'lists of cluster events',
    request: { verb: 'list', resource: 'events' },
    rule: makeRule('None', { verbs: ['get', 'list', 'watch'], resources: resource('', 'events') }),
  },
  {
    what: 'lists of configmaps',
    request: { verb: 'list', resource: 'configmaps' },
    rule: makeRule('Metadata', { verbs: ['get', 'list', 'watch'], resources: resource('', 'configmaps') }),
  },
];

export function findNoise(policy: Policy): readonly RawFinding[] {
  const asker = openAsker(policy);
  return TRAFFIC.flatMap(({ what, person, request, levels, rule }): readonly RawFinding[] => {
    const { decision } = asker.askAs(person, request);
    if (!levels.includes(decision.level)) return [];
    const high = decision.level !== 'Metadata';
    return [
      {
        code: 'noise-at-high-level',
        severity: high ? 'warning' : 'note',
        path: ['rules', decision.rule, 'level'],
        why: `This rule records ${what}, at ${decision.level}; they hide people's requests and fill disks.`,
        suggestion: {
          sentence: `Put a rule with level ${rule.level} for them before rule ${decision.rule}.`,
          edit: {
            kind: 'insert-rule',
            at: decision.rule,
            rule,
            comment: `${what.slice(0, 1).toUpperCase()}${what.slice(1)}.`,
          },
        },
      },
    ];
  });
}

export function findLargeResponses(policy: Policy): readonly RawFinding[] {
  const asker = openAsker(policy);
  return LARGE.flatMap(({ what, request, rule }): readonly RawFinding[] => {
    const hit = asker.askAll(request).find(({ decision }) => decision.level === 'RequestResponse');
    if (hit === undefined) return [];
    const index = hit.decision.rule;
    return [
      {
        code: 'large-response',
        severity: 'warning',
        path: ['rules', index, 'level'],
        why: `This rule records ${what} whole, with every answer, for ${hit.person.who}.`,
        suggestion: {
          sentence: `Put a rule with level ${rule.level} for these reads before rule ${index}.`,
          edit: { kind: 'insert-rule', at: index, rule, comment: `Answers too large to record: ${what}.` },
        },
      },
    ];
  });
}
