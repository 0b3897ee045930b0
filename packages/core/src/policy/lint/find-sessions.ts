// Sessions into pods that a policy misses: WebSocket clients whose verb is get, and rules for pods that say nothing of pods/exec.
import { levelRank, makeRule, type Policy, type PolicyRule } from '../policy.ts';
import { openAsker, SOMEBODY } from './ask-policy.ts';
import type { RawFinding } from './finding.ts';

const SESSIONS = ['exec', 'attach', 'portforward'] as const;

/** kubectl since 1.30 opens exec and attach with GET (WebSocket), so the audited verb is get; older clients use create. */
export function findWebSocketGaps(policy: Policy): readonly RawFinding[] {
  const asker = openAsker(policy);
  const gaps = new Map<number, { readonly subresources: Set<string>; readonly get: number }>();
  for (const subresource of SESSIONS) {
    const request = { resource: 'pods', subresource, namespace: 'some-namespace', name: 'some-pod' };
    for (const { decision: create, request: asked, person } of asker.askAll({ ...request, verb: 'create' })) {
      const get = asker.askAs(person, { ...asked, verb: 'get' }).decision;
      // Sessions have no bodies, so any level above None says the same; only a request that is not recorded is lost.
      if (get.level !== 'None' || create.level === 'None') continue;
      const gap = gaps.get(create.rule) ?? { subresources: new Set(), get: get.rule };
      gap.subresources.add(subresource);
      gaps.set(create.rule, gap);
    }
  }
  return [...gaps].map(([index, { subresources, get }]): RawFinding => {
    const rule = policy.rules[index];
    const listed = rule?.verbs.includes('create') === true && !rule.verbs.includes('get');
    const names = [...subresources].map((name) => `pods/${name}`).join(', ');
    const path = ['rules', index, ...(listed ? ['verbs'] : [])];
    const why = `${names} by create are recorded at ${rule?.level ?? 'None'}, but kubectl since 1.30 opens them with the verb get, and ${get === -1 ? 'no rule records that' : `rule ${get} drops that`}.`;
    if (!listed) {
      const resources = [{ group: '', resources: [...subresources].map((name) => `pods/${name}`), resourceNames: [] }];
      const place = get === -1 ? policy.rules.length : get;
      const comment = 'WebSocket clients open sessions with the verb get.';
      const added = makeRule(rule?.level ?? 'Metadata', { verbs: ['get'], resources });
      return {
        code: 'exec-websocket',
        severity: 'error',
        path,
        why,
        suggestion: {
          sentence: `Put a rule with level ${added.level} for get of ${names} before rule ${place}.`,
          edit: { kind: 'insert-rule', at: place, rule: added, comment },
        },
      };
    }
    const particular =
      rule.resources.length > 0 &&
      rule.resources.every(
        (entry) => entry.resources.length > 0 && entry.resources.every((text) => text.includes('/')),
      );
    // Adding get to a rule for everything would record every read; a rule of its own says only what is meant.
    const edit = particular
      ? ({ kind: 'add-text', path: [...path], text: 'get' } as const)
      : ({
          kind: 'insert-rule',
          at: index,
          rule: sessionRule(rule, [...subresources]),
          comment: 'WebSocket clients open sessions with the verb get.',
        } as const);
    return {
      code: 'exec-websocket',
      severity: 'error',
      path,
      why,
      suggestion: {
        sentence: particular ? 'Add get to the verbs.' : `Put a rule for get of ${names} before it.`,
        edit,
      },
    };
  });
}

function sessionRule(rule: PolicyRule, subresources: readonly string[]): PolicyRule {
  return {
    ...rule,
    verbs: ['get'],
    resources: [{ group: '', resources: subresources.map((name) => `pods/${name}`), resourceNames: [] }],
  };
}

const TELLING: Readonly<Record<string, { readonly group: string; readonly subresources: readonly string[] }>> = {
  pods: { group: '', subresources: ['exec', 'attach', 'portforward', 'ephemeralcontainers'] },
  nodes: { group: '', subresources: ['proxy'] },
  serviceaccounts: { group: '', subresources: ['token'] },
};

/** `pods` in a rule does not mean `pods/exec`; said when the subresource then gets a lower level than the rule. */
export function findMissingSubresources(policy: Policy): readonly RawFinding[] {
  const asker = openAsker(policy);
  return policy.rules.flatMap((rule, index) =>
    rule.resources.flatMap((entry, at) => {
      if (rule.level === 'None' || (entry.group !== '' && entry.group !== '*')) return [];
      return entry.resources.flatMap((resource, place): readonly RawFinding[] => {
        const telling = Object.hasOwn(TELLING, resource) ? TELLING[resource] : undefined;
        if (telling === undefined) return [];
        const person =
          asker.people.find(({ user }) => rule.users.includes(user)) ??
          asker.people.find(({ groups }) => groups.some((group) => rule.userGroups.includes(group))) ??
          SOMEBODY;
        const verb = rule.verbs.length === 0 || rule.verbs.includes('create') ? 'create' : (rule.verbs[0] ?? 'get');
        const missed = telling.subresources.filter((subresource) => {
          const { decision } = asker.askAs(person, {
            verb,
            resource,
            subresource,
            namespace: rule.namespaces[0] ?? 'some-namespace',
            name: 'some-name',
          });
          return levelRank(decision.level) < levelRank(rule.level) && levelRank(decision.level) < levelRank('Metadata');
        });
        if (missed.length === 0) return [];
        const names = missed.map((subresource) => `${resource}/${subresource}`);
        const path = ['rules', index, 'resources', at, 'resources', place];
        const why = `"${resource}" does not include its subresources, and ${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} not recorded at all.`;
        const edit = { kind: 'add-text', path: path.slice(0, -1), text: names[0] ?? '' } as const;
        return [
          {
            code: 'missing-subresources',
            severity: 'warning',
            path,
            why,
            suggestion: {
              sentence: `Add ${names.join(', ')}, or "${resource}/*" for all.`,
              edit: { ...edit, text: `${resource}/*` },
            },
          },
        ];
      });
    }),
  );
}
