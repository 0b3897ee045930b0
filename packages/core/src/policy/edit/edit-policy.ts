// A loaded policy and an edit -> its new text, checked: the text loads, and it is the policy that the edit was meant to give.
import { type LoadedPolicy, loadPolicy } from '../load/load-policy.ts';
import type { Policy } from '../policy.ts';
import { editDocument } from './edit-document.ts';
import { editText } from './edit-text.ts';
import { applyToPolicy, type PolicyEdit } from './policy-edit.ts';

export type EditedPolicy =
  | { readonly ok: true; readonly text: string; readonly load: LoadedPolicy }
  | { readonly ok: false; readonly sentence: string };

export function editPolicy(load: LoadedPolicy, edit: PolicyEdit): EditedPolicy {
  const expected = applyToPolicy(load.policy, edit);
  for (const change of [editText, editDocument]) {
    const text = change(load.source.text, edit);
    const edited = text === undefined ? undefined : loadPolicy(text, { acceptOlder: true });
    if (text === undefined || edited === undefined || !edited.ok) continue;
    if (expected === undefined ? edited.warnings.length < load.warnings.length : samePolicy(edited.policy, expected))
      return { ok: true, text, load: edited };
  }
  return {
    ok: false,
    sentence:
      'This policy is written in a form (aliases, tags or merges) in which this edit cannot be made safely; make it by hand.',
  };
}

function samePolicy(a: Policy, b: Policy): boolean {
  return a === b || JSON.stringify(orderKeys(a)) === JSON.stringify(orderKeys(b));
}

function orderKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(orderKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([key, inner]) => [key, orderKeys(inner)]),
  );
}
