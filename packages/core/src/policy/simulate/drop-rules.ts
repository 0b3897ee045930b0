// Groups of requests -> rules of level None that match these groups and no others, as few as possible.
import { type GroupResources, makeRule, type PolicyRule } from '../policy.ts';
import type { GroupCount } from './advise-policy.ts';

interface DropRules {
  readonly rules: readonly PolicyRule[];
  readonly comments: ReadonlyMap<number, string>;
}

const NODES = 'group system:nodes';

/** `all` are the groups seen at all: nodes are only dropped together where every node's requests of that kind may go. */
export function buildDropRules(dropped: readonly GroupCount[], all: readonly GroupCount[]): DropRules {
  const byPrincipal = collectTargets(dropped, findNodeKinds(dropped, all));
  // People of the same habits share a rule: the product of its lists is then exactly the sum of their groups.
  const rules = new Map<
    string,
    { verbs: readonly string[]; targets: readonly GroupCount[]; principals: string[]; bytes: number }
  >();
  for (const [principal, targets] of byPrincipal) {
    for (const { verbs, groups } of targets) {
      const key = JSON.stringify([verbs, groups.map(({ target }) => target), principal === NODES]);
      const rule = rules.get(key) ?? { verbs, targets: groups, principals: [], bytes: 0 };
      rule.principals.push(principal);
      rule.bytes += groups.reduce((sum, group) => sum + group.bytes, 0);
      rules.set(key, rule);
    }
  }
  const sorted = [...rules.values()].sort((a, b) => b.bytes - a.bytes);
  const comments = new Map(
    sorted.map((rule, index) => [
      index,
      `${rule.principals.length > 3 ? `${rule.principals.length} users` : rule.principals.join(', ')}: reads that make ${Math.ceil(rule.bytes / 1024)} KiB of the records.`,
    ]),
  );
  return { rules: sorted.map(({ verbs, targets, principals }) => toRule(principals, verbs, targets)), comments };
}

/** Kinds of requests (verb and resource) that only nodes' groups make among system:nodes, all of which may go. */
function findNodeKinds(dropped: readonly GroupCount[], all: readonly GroupCount[]): ReadonlySet<string> {
  const going = new Set(dropped);
  const kinds = new Set(dropped.filter((group) => group.ofNodes).map(kindOf));
  for (const group of all)
    if (!going.has(group) && group.sample.request.groups.includes('system:nodes')) kinds.delete(kindOf(group));
  return kinds;
}

function kindOf(group: GroupCount): string {
  return `${group.sample.request.verb} ${group.target}`;
}

interface TargetSet {
  readonly verbs: readonly string[];
  readonly groups: readonly GroupCount[];
}

/** For each principal its targets, put together by the verbs that go for them; resources and URLs apart. */
function collectTargets(
  dropped: readonly GroupCount[],
  nodeKinds: ReadonlySet<string>,
): ReadonlyMap<string, readonly TargetSet[]> {
  const verbsOf = new Map<string, Map<string, { group: GroupCount; verbs: Set<string> }>>();
  for (const group of dropped) {
    const principal = group.ofNodes && nodeKinds.has(kindOf(group)) ? NODES : group.user;
    const targets = verbsOf.get(principal) ?? new Map();
    verbsOf.set(principal, targets);
    const held = targets.get(group.target) ?? { group, verbs: new Set<string>() };
    held.verbs.add(group.sample.request.verb);
    targets.set(group.target, held);
  }
  return new Map(
    [...verbsOf].map(([principal, targets]) => {
      const sets = new Map<string, { verbs: readonly string[]; groups: GroupCount[] }>();
      for (const { group, verbs } of targets.values()) {
        const sorted = [...verbs].sort();
        const key = `${group.sample.request.isResource} ${sorted.join()}`;
        const set = sets.get(key) ?? { verbs: sorted, groups: [] };
        set.groups.push(group);
        sets.set(key, set);
      }
      for (const set of sets.values()) set.groups.sort((a, b) => (a.target < b.target ? -1 : 1));
      return [principal, [...sets.values()]];
    }),
  );
}

function toRule(principals: readonly string[], verbs: readonly string[], targets: readonly GroupCount[]): PolicyRule {
  const who = principals[0] === NODES ? { userGroups: ['system:nodes'] } : { users: [...principals].sort() };
  const requests = targets.map((group) => group.sample.request);
  if (requests[0]?.isResource !== true)
    return makeRule('None', { ...who, verbs, nonResourceURLs: requests.map(({ path }) => path) });
  const byGroup = new Map<string, string[]>();
  for (const { apiGroup, resource, subresource } of requests) {
    const names = byGroup.get(apiGroup) ?? [];
    names.push(subresource === '' ? resource : `${resource}/${subresource}`);
    byGroup.set(apiGroup, names);
  }
  const resources = [...byGroup].map(
    ([group, names]): GroupResources => ({ group, resources: [...new Set(names)], resourceNames: [] }),
  );
  return makeRule('None', { ...who, verbs, resources });
}
