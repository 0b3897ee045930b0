// A rule -> one plain sentence and the cells of a table row: who, verbs, what, where, level, stages.
import type { GroupResources, Level, Policy, PolicyRule, Stage } from '../policy.ts';

export interface RuleRow {
  readonly rule: number;
  readonly who: string;
  readonly verbs: string;
  readonly what: string;
  readonly where: string;
  readonly level: Level;
  readonly omitStages: readonly Stage[];
  readonly sentence: string;
}

const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  None: 'Nothing is recorded',
  Metadata: 'Who, what, when and the answer code are recorded, without bodies,',
  Request: 'The request body is recorded',
  RequestResponse: 'Request and response bodies are recorded',
};

export function describeRule(policy: Policy, index: number): RuleRow | undefined {
  const rule = policy.rules[index];
  if (rule === undefined) return undefined;
  const who = describeWho(rule);
  const what = describeWhat(rule);
  const where = describeWhere(rule);
  const verbs = rule.verbs.length === 0 ? 'any verb' : listWords(rule.verbs.map(quoteEmpty));
  const omitStages = [...new Set([...policy.omitStages, ...rule.omitStages])].sort();
  const place = where === 'anywhere' ? '' : ` ${where}`;
  const stages =
    rule.level === 'None' || omitStages.length === 0
      ? ''
      : `; without the stage${omitStages.length > 1 ? 's' : ''} ${listWords(omitStages)}`;
  const managed =
    bodies(rule.level) && (rule.omitManagedFields ?? policy.omitManagedFields) ? '; managedFields are left out' : '';
  const sentence = `${LEVEL_WORDS[rule.level]} when ${who} ${rule.verbs.length === 0 ? 'does anything' : `does ${verbs}`} on ${what}${place}${stages}${managed}.`;
  return { rule: index, who, verbs, what, where, level: rule.level, omitStages, sentence };
}

export function bodies(level: Level): boolean {
  return level === 'Request' || level === 'RequestResponse';
}

function describeWho(rule: PolicyRule): string {
  const users = rule.users.map(nameUser);
  const groups = rule.userGroups.map((group) => `the group ${group}`);
  const someUser = users.length === 0 ? '' : listWords(users, 'or');
  const someGroup = groups.length === 0 ? '' : listWords(groups, 'or');
  if (users.length > 0 && groups.length > 0) return `${someUser}, as a member of ${someGroup},`;
  if (users.length > 0) return someUser;
  return groups.length > 0 ? `somebody in ${someGroup}` : 'anybody';
}

function nameUser(user: string): string {
  if (user === '') return 'a user without a name';
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  return account === null ? `the user ${user}` : `the service account ${account[2]} of ${account[1]}`;
}

function describeWhat(rule: PolicyRule): string {
  if (rule.resources.length > 0) return listWords(rule.resources.map(describeResources), 'or');
  if (rule.namespaces.length > 0) return 'any resource';
  if (rule.nonResourceURLs.length === 0) return 'any resource or URL';
  if (rule.nonResourceURLs.includes('*')) return 'any URL that is no resource';
  return `the URL${rule.nonResourceURLs.length > 1 ? 's' : ''} ${listWords(rule.nonResourceURLs, 'or')}`;
}

function describeResources(entry: GroupResources): string {
  const group = entry.group === '' ? 'the core group' : entry.group === '*' ? 'every group' : entry.group;
  const names =
    entry.resourceNames.length === 0 ? '' : ` named ${listWords(entry.resourceNames.map(quoteEmpty), 'or')}`;
  if (entry.resources.length === 0 || entry.resources.includes('*')) return `everything${names} in ${group}`;
  const resources = entry.resources.map((text) => {
    if (text.startsWith('*/')) return `the subresource ${text.slice(2)} of anything`;
    return text.endsWith('/*') ? `${text.slice(0, -2)} with all subresources` : text || '(an empty resource)';
  });
  return `${listWords(resources, 'or')}${names} in ${group}`;
}

function describeWhere(rule: PolicyRule): string {
  if (rule.namespaces.length === 0) return 'anywhere';
  const named = rule.namespaces.filter((namespace) => namespace !== '');
  const parts = named.length === 0 ? [] : [`in the namespace${named.length > 1 ? 's' : ''} ${listWords(named, 'or')}`];
  if (named.length < rule.namespaces.length) parts.push('outside of namespaces (or over all of them)');
  return listWords(parts, 'or');
}

function quoteEmpty(text: string): string {
  return text === '' ? '(nothing)' : text;
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[], joint: 'and' | 'or' = 'and'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1) ?? ''}`;
}
