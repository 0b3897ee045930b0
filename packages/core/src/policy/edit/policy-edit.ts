// The edits that the toolkit suggests, as data, and what each does to a policy as a value.
import type { NodePath } from '../load/value-node.ts';
import type { GroupResources, Policy, PolicyRule, Stage } from '../policy.ts';

export type PolicyEdit =
  /** `at` equal to the number of rules appends. */
  | { readonly kind: 'insert-rule'; readonly at: number; readonly rule: PolicyRule; readonly comment?: string }
  | { readonly kind: 'remove-rule'; readonly at: number }
  | { readonly kind: 'move-rule'; readonly from: number; readonly to: number }
  | { readonly kind: 'rename-key'; readonly path: NodePath; readonly to: string }
  | { readonly kind: 'replace-text'; readonly path: NodePath; readonly text: string }
  /** Adds a text to a list of texts; the policy's own list is made when it is not there. */
  | { readonly kind: 'add-text'; readonly path: NodePath; readonly text: string }
  | { readonly kind: 'set-flag'; readonly key: 'omitManagedFields'; readonly value: boolean };

/** The policy after the edit; undefined when only reading the new text can tell (a renamed key). */
export function applyToPolicy(policy: Policy, edit: PolicyEdit): Policy | undefined {
  switch (edit.kind) {
    case 'insert-rule':
      return { ...policy, rules: policy.rules.toSpliced(edit.at, 0, edit.rule) };
    case 'remove-rule':
      return { ...policy, rules: policy.rules.toSpliced(edit.at, 1) };
    case 'move-rule': {
      const moved = policy.rules.slice(edit.from, edit.from + 1);
      return { ...policy, rules: policy.rules.toSpliced(edit.from, 1).toSpliced(edit.to, 0, ...moved) };
    }
    case 'set-flag':
      return { ...policy, [edit.key]: edit.value };
    case 'replace-text':
    case 'add-text':
      return changeText(policy, edit);
    case 'rename-key':
      return undefined;
    default:
      return edit satisfies never;
  }
}

type TextEdit = Extract<PolicyEdit, { kind: 'replace-text' | 'add-text' }>;

function changeText(policy: Policy, edit: TextEdit): Policy | undefined {
  const [top, index, ...rest] = edit.path;
  if (top === 'omitStages')
    return {
      ...policy,
      omitStages: stagesOf(changeList(policy.omitStages, typeof index === 'number' ? [index] : [], edit)),
    };
  if (top !== 'rules' || typeof index !== 'number') return undefined;
  const rule = policy.rules[index];
  const changed = rule === undefined ? undefined : changeRule(rule, rest, edit);
  return changed === undefined ? undefined : { ...policy, rules: policy.rules.with(index, changed) };
}

const TEXT_LISTS = ['users', 'userGroups', 'verbs', 'namespaces', 'nonResourceURLs'] as const;

function changeRule(rule: PolicyRule, path: NodePath, edit: TextEdit): PolicyRule | undefined {
  const [key, ...rest] = path;
  const list = TEXT_LISTS.find((name) => name === key);
  if (list !== undefined) return { ...rule, [list]: changeList(rule[list], rest, edit) };
  const [index, ...inner] = rest;
  if (key !== 'resources' || typeof index !== 'number') return undefined;
  const entry = rule.resources[index];
  const changed = entry === undefined ? undefined : changeResources(entry, inner, edit);
  return changed === undefined ? undefined : { ...rule, resources: rule.resources.with(index, changed) };
}

function changeResources(entry: GroupResources, path: NodePath, edit: TextEdit): GroupResources | undefined {
  const [key, ...rest] = path;
  if (key === 'group') return { ...entry, group: edit.text };
  if (key === 'resources' || key === 'resourceNames') return { ...entry, [key]: changeList(entry[key], rest, edit) };
  return undefined;
}

function changeList(texts: readonly string[], path: NodePath, edit: TextEdit): readonly string[] {
  if (edit.kind === 'add-text') return [...texts, edit.text];
  const [index] = path;
  return typeof index === 'number' && index < texts.length ? texts.with(index, edit.text) : texts;
}

function stagesOf(texts: readonly string[]): readonly Stage[] {
  return texts.filter(
    (text): text is Stage =>
      text === 'RequestReceived' || text === 'ResponseStarted' || text === 'ResponseComplete' || text === 'Panic',
  );
}
