// Bodies that hold secrets, tokens or passwords and would be written to the log.
import { levelRank, makeRule, type Policy } from '../policy.ts';
import { openAsker } from './ask-policy.ts';
import type { RawFinding } from './finding.ts';

interface SensitiveResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly holds: string;
  /** Verbs whose request body holds it. */
  readonly inRequest: readonly string[];
  /** Verbs whose response body holds it. */
  readonly inResponse: readonly string[];
}

const WRITES = ['create', 'update', 'patch'];
const ALL = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

export const SENSITIVE: readonly SensitiveResource[] = [
  { group: '', resource: 'secrets', holds: 'the data of secrets', inRequest: WRITES, inResponse: ALL },
  {
    group: '',
    resource: 'serviceaccounts',
    subresource: 'token',
    holds: 'usable tokens of service accounts',
    inRequest: [],
    inResponse: ['create'],
  },
  {
    group: 'authentication.k8s.io',
    resource: 'tokenreviews',
    holds: 'the tokens that are checked',
    inRequest: ['create'],
    inResponse: ['create'],
  },
  {
    group: 'oauth.openshift.io',
    resource: 'oauthclients',
    holds: 'the secrets of OAuth clients',
    inRequest: WRITES,
    inResponse: ALL,
  },
  {
    group: 'oauth.openshift.io',
    resource: 'tokenreviews',
    holds: 'the tokens that are checked',
    inRequest: ['create'],
    inResponse: ['create'],
  },
  {
    group: 'route.openshift.io',
    resource: 'routes',
    holds: 'the private keys of routes',
    inRequest: WRITES,
    inResponse: ALL,
  },
];

export function findSensitive(policy: Policy): readonly RawFinding[] {
  const asker = openAsker(policy);
  const findings: RawFinding[] = [];
  for (const kind of SENSITIVE) {
    const byRule = new Map<number, { verbs: Set<string>; who: string; response: boolean }>();
    for (const verb of ALL) {
      const named = verb !== 'list' && verb !== 'watch' && (verb !== 'create' || kind.subresource !== undefined);
      const request = {
        verb,
        apiGroup: kind.group,
        resource: kind.resource,
        subresource: kind.subresource ?? '',
        namespace: 'some-namespace',
        name: named ? 'some-name' : '',
      };
      for (const { decision, person } of asker.askAll(request)) {
        const response = decision.level === 'RequestResponse' && kind.inResponse.includes(verb);
        const leaks = response || (levelRank(decision.level) >= levelRank('Request') && kind.inRequest.includes(verb));
        if (!leaks) continue;
        const held = byRule.get(decision.rule) ?? { verbs: new Set<string>(), who: person.who, response: false };
        held.verbs.add(verb);
        held.response ||= response;
        byRule.set(decision.rule, held);
      }
    }
    for (const [index, { verbs, who, response }] of byRule)
      findings.push(describe(policy, kind, index, [...verbs], who, response));
  }
  return findings;
}

function describe(
  policy: Policy,
  kind: SensitiveResource,
  index: number,
  verbs: readonly string[],
  who: string,
  response: boolean,
): RawFinding {
  const name = `${kind.resource}${kind.subresource === undefined ? '' : `/${kind.subresource}`}`;
  const rule = policy.rules[index];
  const resources = [{ group: kind.group, resources: [name], resourceNames: [] }];
  // The new rule takes only those whom this rule takes, so that nobody else's requests change their level.
  const guard = makeRule('Metadata', {
    users: rule?.users ?? [],
    userGroups: rule?.userGroups ?? [],
    namespaces: rule?.namespaces ?? [],
    resources,
  });
  return {
    code: 'sensitive-body',
    severity: 'error',
    path: ['rules', index, 'level'],
    why: `At ${rule?.level ?? 'this level'} the log holds ${kind.holds}: ${verbs.join(', ')} of ${name}${kind.group === '' ? '' : ` in ${kind.group}`} by ${who} ${response ? 'and their answers ' : ''}are recorded with bodies.`,
    suggestion: {
      sentence: `Put a rule with level Metadata for ${name} before rule ${index}.`,
      edit: { kind: 'insert-rule', at: index, rule: guard, comment: `Bodies of ${name} hold ${kind.holds}.` },
    },
  };
}
