// kind and apiVersion of a document -> whether the server would decode it as a policy, and why not.
import type { PlacedProblem } from './policy-problem.ts';
import { describeNode, type ValueNode } from './value-node.ts';

export const OLDER_VERSIONS = ['audit.k8s.io/v1beta1', 'audit.k8s.io/v1alpha1'] as const;

export type PolicyVersion =
  | { readonly ok: true; readonly apiVersion: string; readonly older: boolean }
  | { readonly ok: false; readonly problem: PlacedProblem; readonly versionless: boolean };

/** The server looks for these two keys without regard to case, and only then decodes with exact names. */
export function readVersion(root: ValueNode): PolicyVersion {
  if (root.kind !== 'map' && root.kind !== 'null') {
    return refuse(
      'KW_POLICY_TYPE',
      root.at,
      `a policy must be a mapping, but here stands ${describeNode(root)}.`,
      'Start with "apiVersion: audit.k8s.io/v1".',
    );
  }
  const found = { apiversion: '', kind: '' };
  let at = root.at;
  let kindAt = root.at;
  for (const entry of root.kind === 'map' ? root.entries : []) {
    const name = entry.key.toLowerCase();
    if (name !== 'apiversion' && name !== 'kind') continue;
    if (entry.value.kind === 'null') continue;
    if (entry.value.kind !== 'string') {
      return refuse(
        'KW_POLICY_TYPE',
        entry.value.at,
        `${entry.key} must be a text, but here stands ${describeNode(entry.value)}.`,
        'Quote it.',
      );
    }
    found[name] = entry.value.value;
    if (name === 'kind') kindAt = entry.keyAt;
    else at = entry.keyAt;
  }
  return judge(found.apiversion, found.kind === '' ? 'Policy' : found.kind, at, kindAt);
}

function judge(apiVersion: string, kind: string, at: number, kindAt: number): PolicyVersion {
  if (apiVersion === '' || apiVersion === '/') {
    const problem = versionProblem(at, 'the policy has no apiVersion.');
    return { ok: false, problem, versionless: kind === 'Policy' };
  }
  const older = OLDER_VERSIONS.some((version) => version === apiVersion);
  if (apiVersion !== 'audit.k8s.io/v1' && !older)
    return {
      ok: false,
      problem: versionProblem(at, `the apiVersion ${JSON.stringify(apiVersion)} is not one of audit policies.`),
      versionless: false,
    };
  if (kind !== 'Policy') {
    return refuse(
      'KW_POLICY_KIND',
      kindAt,
      `the kind is ${JSON.stringify(kind)}, not "Policy".`,
      'Write "kind: Policy" (the case matters), or give the policy file instead of this one.',
    );
  }
  return { ok: true, apiVersion, older };
}

export function versionProblem(at: number, sentence: string): PlacedProblem {
  return {
    code: 'KW_POLICY_VERSION',
    path: 'apiVersion',
    at,
    sentence,
    wayOut: 'Write "apiVersion: audit.k8s.io/v1".',
  };
}

function refuse(code: PlacedProblem['code'], at: number, sentence: string, wayOut: string): PolicyVersion {
  return { ok: false, problem: { code, path: '', at, sentence, wayOut }, versionless: false };
}
