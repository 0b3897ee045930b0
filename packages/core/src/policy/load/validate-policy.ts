// A decoded policy -> a policy with checked levels, stages, groups and URLs, or every reason why the server refuses it.
import {
  type GroupResources,
  LEVELS,
  type Level,
  type Policy,
  type PolicyRule,
  STAGES,
  type Stage,
} from '../policy.ts';
import { type DecodedPolicy, type DecodedResources, type DecodedRule, heldItems } from './decode-policy.ts';
import type { PlacedProblem, PolicyProblemCode } from './policy-problem.ts';
import { findOffset, type NodePath, printPath, type ValueNode } from './value-node.ts';

export type Validated =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly PlacedProblem[] };

const GROUP_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const MAX_GROUP_LENGTH = 253;
/** Reasons beyond this many say nothing new; the rest is counted. */
const MAX_PROBLEMS = 1_000;

export function validatePolicy(decoded: DecodedPolicy, root: ValueNode): Validated {
  const problems: PlacedProblem[] = [];
  const refuse = (code: PolicyProblemCode, path: NodePath, sentence: string, wayOut: string) => {
    if (problems.length < MAX_PROBLEMS)
      problems.push({ code, path: printPath(path), at: findOffset(root, path), sentence, wayOut });
  };
  const omitStages = readStages(heldItems(decoded.omitStages), ['omitStages'], refuse);
  const rules = heldItems(decoded.rules).map((rule, index) => readRule(rule, ['rules', index], refuse));
  if (problems.length === 0 && rules.length === 0) {
    refuse(
      'KW_POLICY_NO_RULES',
      ['rules'],
      'the policy has no rules, and the server refuses to start with it.',
      'Add at least one rule, such as "- level: Metadata".',
    );
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, policy: { name: decoded.name, omitStages, omitManagedFields: decoded.omitManagedFields, rules } };
}

type Refuse = (code: PolicyProblemCode, path: NodePath, sentence: string, wayOut: string) => void;

function readRule(rule: DecodedRule, path: NodePath, refuse: Refuse): PolicyRule {
  const resources = heldItems(rule.resources);
  const namespaces = heldItems(rule.namespaces);
  const urls = heldItems(rule.nonResourceURLs);
  const level = readLevel(rule.level, path, refuse);
  urls.forEach((url, index) => {
    checkUrl(url, [...path, 'nonResourceURLs', index], refuse);
  });
  const groups = resources.map((entry, index) => readResources(entry, [...path, 'resources', index], refuse));
  const omitStages = readStages(heldItems(rule.omitStages), [...path, 'omitStages'], refuse);
  if (urls.length > 0 && (resources.length > 0 || namespaces.length > 0)) {
    const sentence = `${printPath(path)} names nonResourceURLs together with ${resources.length > 0 ? 'resources' : 'namespaces'}; one rule can only hold one of them.`;
    refuse('KW_POLICY_MIXED_RULE', [...path, 'nonResourceURLs'], sentence, 'Split it into two rules.');
  }
  return {
    level,
    users: heldItems(rule.users),
    userGroups: heldItems(rule.userGroups),
    verbs: heldItems(rule.verbs),
    resources: groups,
    namespaces,
    nonResourceURLs: urls,
    omitStages,
    omitManagedFields: rule.omitManagedFields,
  };
}

function readLevel(text: string, path: NodePath, refuse: Refuse): Level {
  const level = LEVELS.find((known) => known === text);
  if (level !== undefined) return level;
  const said =
    text === ''
      ? `${printPath(path)} has no level`
      : `${printPath(path)} has the level ${JSON.stringify(text)}, which does not exist`;
  refuse('KW_POLICY_LEVEL', [...path, 'level'], `${said}.`, `Use one of ${LEVELS.join(', ')}.`);
  return 'None';
}

function readStages(texts: readonly string[], path: NodePath, refuse: Refuse): readonly Stage[] {
  return texts.flatMap((text, index) => {
    const stage = STAGES.find((known) => known === text);
    if (stage !== undefined) return [stage];
    refuse(
      'KW_POLICY_STAGE',
      [...path, index],
      `${printPath([...path, index])} is ${JSON.stringify(text)}, which is no stage.`,
      `Use one of ${STAGES.join(', ')}.`,
    );
    return [];
  });
}

function checkUrl(url: string, path: NodePath, refuse: Refuse): void {
  if (url === '*') return;
  if (!url.startsWith('/')) {
    refuse(
      'KW_POLICY_URL',
      path,
      `the URL ${JSON.stringify(url)} does not begin with "/".`,
      'Write the path as in "/healthz", or "*" alone for all.',
    );
  }
  if (url.slice(0, -1).includes('*')) {
    refuse(
      'KW_POLICY_URL',
      path,
      `the URL ${JSON.stringify(url)} has a "*" before its end.`,
      'Only the last character may be "*"; list the paths one by one.',
    );
  }
}

function readResources(entry: DecodedResources, path: NodePath, refuse: Refuse): GroupResources {
  const resources = heldItems(entry.resources);
  const resourceNames = heldItems(entry.resourceNames);
  const { group } = entry;
  if (group !== '' && group !== '*' && (group.length > MAX_GROUP_LENGTH || !GROUP_NAME.test(group))) {
    const slash = group.indexOf('/');
    const wayOut =
      slash > 0
        ? `Write the group without its version: ${JSON.stringify(group.slice(0, slash))}.`
        : 'Write a lower-case group name such as "apps", "" for the core group, or "*" alone for all.';
    refuse(
      'KW_POLICY_GROUP',
      [...path, 'group'],
      `${printPath(path)} has the group ${JSON.stringify(shorten(group))}, which is no group name.`,
      wayOut,
    );
  }
  if (resourceNames.length > 0 && resources.length === 0) {
    refuse(
      'KW_POLICY_RESOURCE_NAMES',
      [...path, 'resourceNames'],
      `${printPath(path)} names resourceNames without resources.`,
      'Add the resources that these names belong to.',
    );
  }
  return { group, resources, resourceNames };
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
