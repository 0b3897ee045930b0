// A file of some distribution -> the policy inside it: plain policies of any version, APIServer resources, Talos, kOps, ConfigMaps, filters.
import { parseAllDocuments, stringify } from 'yaml';
import { printPolicy } from '../edit/print-policy.ts';
import { loadPolicy, type PolicyLoad } from '../load/load-policy.ts';
import { printProblem } from '../load/policy-problem.ts';
import { parsePolicyText } from '../load/policy-text.ts';
import {
  buildOpenshiftPolicy,
  type CustomRule,
  OPENSHIFT_PROFILES,
  type OpenshiftProfile,
} from '../profile/openshift-profile.ts';
import { findStarred } from './to-log-forwarder.ts';

export interface ExtractedPolicy {
  readonly load: PolicyLoad;
  /** What it was found in. */
  readonly from: string;
  readonly notes: readonly string[];
}

export function extractPolicy(input: string | Uint8Array): ExtractedPolicy {
  const direct = loadPolicy(input, { acceptOlder: true });
  if (direct.ok) return { load: direct, from: `an ${direct.apiVersion} policy`, notes: direct.notes };
  const plain = { load: direct, from: 'a policy', notes: [] };
  // What costs too much to be read as a policy costs as much in any other file.
  if (direct.problems.some(({ code }) => HOSTILE.has(code))) return plain;
  return extractEmbedded(input) ?? plain;
}

const HOSTILE: ReadonlySet<string> = new Set([
  'KW_POLICY_TOO_LARGE',
  'KW_POLICY_TOO_DEEP',
  'KW_POLICY_ALIASES',
  'KW_POLICY_BINARY',
]);

type Tree = unknown;

function at(value: Tree, ...path: readonly (string | number)[]): Tree {
  let node = value;
  for (const step of path) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = Object.entries(node).find(([key]) => key === String(step))?.[1];
  }
  return node;
}

function extractEmbedded(input: string | Uint8Array): ExtractedPolicy | undefined {
  const text = parsePolicyText(input);
  if (!text.ok) return undefined;
  for (const tree of parseTrees(text.text)) {
    // `oc get apiserver -o yaml` without a name gives a list.
    for (const item of [...listOf(at(tree, 'items')), tree]) {
      const found = extractFromTree(item);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Talos keeps several documents in one file. */
function parseTrees(text: string): readonly Tree[] {
  try {
    const documents = parseAllDocuments(text, { uniqueKeys: false });
    // Aliases are few in configuration files; the parser's own limit keeps hostile ones out.
    return Array.isArray(documents) ? documents.map((document): Tree => document.toJS({ maxAliasCount: 100 })) : [];
  } catch {
    return [];
  }
}

function extractFromTree(tree: Tree): ExtractedPolicy | undefined {
  if (at(tree, 'kind') === 'APIServer') return fromApiServer(tree);
  const talos = at(tree, 'cluster', 'apiServer', 'auditPolicy');
  if (talos !== undefined) return fromTree(talos, 'a Talos machine configuration');
  if (at(tree, 'kind') === 'KubeAuditPolicyConfig')
    return fromTree(at(tree, 'configuration'), 'a Talos audit policy document');
  const rke1 = at(tree, 'services', 'kube-api', 'audit_log', 'configuration', 'policy');
  if (rke1 !== undefined) return fromTree(rke1, 'an RKE1 cluster configuration');
  for (const asset of listOf(at(tree, 'spec', 'fileAssets'))) {
    const content = at(asset, 'content');
    if (typeof content === 'string' && content.includes('audit.k8s.io'))
      return fromText(content, 'a kOps cluster spec');
  }
  for (const content of Object.values(typeof at(tree, 'data') === 'object' ? (at(tree, 'data') ?? {}) : {})) {
    if (typeof content === 'string' && content.includes('audit.k8s.io')) return fromText(content, 'a ConfigMap');
  }
  for (const filter of listOf(at(tree, 'spec', 'filters'))) {
    const audit = at(filter, 'kubeAPIAudit');
    if (audit !== undefined) return fromFilter(audit);
  }
  const path = findPolicyPath(tree);
  return path === undefined ? undefined : refuseReference(path);
}

function listOf(value: Tree): readonly Tree[] {
  return Array.isArray(value) ? value : [];
}

function fromText(text: string, from: string): ExtractedPolicy {
  const load = loadPolicy(text, { acceptOlder: true });
  return { load, from, notes: load.ok ? load.notes : [] };
}

function fromTree(tree: Tree, from: string): ExtractedPolicy {
  // Printed as JSON, so that no word changes its type on the way.
  return fromText(JSON.stringify(tree), from);
}

/** Where these configurations name the file of the policy instead of holding it. */
function findPolicyPath(tree: Tree): string | undefined {
  const places = [at(tree, 'audit-policy-file'), at(tree, 'spec', 'kubeAPIServer', 'auditPolicyFile')];
  for (const arg of listOf(at(tree, 'kube-apiserver-arg')))
    places.push(/^audit-policy-file=(.*)$/.exec(String(arg))?.[1]);
  const extra = at(tree, 'apiServer', 'extraArgs');
  places.push(at(extra, 'audit-policy-file'));
  for (const arg of listOf(extra)) if (at(arg, 'name') === 'audit-policy-file') places.push(at(arg, 'value'));
  return places.find((place): place is string => typeof place === 'string');
}

function refuseReference(path: string): ExtractedPolicy {
  const sentence = `this configuration does not hold the policy, it only names its file ${path}.`;
  const problem = {
    code: 'KW_POLICY_KIND',
    path: '',
    line: 1,
    column: 1,
    sentence,
    wayOut: 'Give that file.',
  } as const;
  const load = { ok: false, problems: [problem], serverWarning: '', error: printProblem(problem) } as const;
  return { load, from: 'a configuration', notes: [] };
}

function fromFilter(audit: Tree): ExtractedPolicy {
  const { omitResponseCodes, ...rest } =
    typeof audit === 'object' && audit !== null
      ? { omitResponseCodes: at(audit, 'omitResponseCodes'), ...audit }
      : { omitResponseCodes: undefined };
  const notes: string[] = [];
  const codes = listOf(omitResponseCodes ?? [404, 409, 422, 429]);
  if (codes.length > 0) notes.push(`The filter drops answers ${codes.join(', ')}; an API server's policy cannot.`);
  notes.push('What no rule matches is judged by defaults of the filter, and not recorded by an API server.');
  const policy = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...rest, omitResponseCodes: undefined };
  const { load, from } = fromText(stringify(policy, { version: '1.1' }), 'a ClusterLogForwarder filter');
  const starred = load.ok ? [...new Set(load.policy.rules.flatMap(findStarred))] : [];
  if (starred.length > 0)
    notes.unshift(
      `${starred.map((text) => JSON.stringify(text)).join(', ')} is a wildcard to the filter, but a plain text to an API server; list what it stands for.`,
    );
  return { load, from, notes };
}

function fromApiServer(tree: Tree): ExtractedPolicy | undefined {
  const unknown: string[] = [];
  const read = (value: Tree): OpenshiftProfile => {
    const profile = OPENSHIFT_PROFILES.find((known) => known === value);
    // Without one, the operator takes Default; another word it would not have accepted.
    if (profile === undefined && value !== undefined && value !== null && value !== '') unknown.push(String(value));
    return profile ?? 'Default';
  };
  const customRules = listOf(at(tree, 'spec', 'audit', 'customRules')).map(
    (rule): CustomRule => ({ group: String(at(rule, 'group') ?? ''), profile: read(at(rule, 'profile')) }),
  );
  const load: PolicyLoad = loadPolicy(
    printPolicy(buildOpenshiftPolicy({ profile: read(at(tree, 'spec', 'audit', 'profile')), customRules })),
  );
  return {
    load,
    from: 'an OpenShift APIServer resource',
    notes: [
      ...unknown.map((name) => `OpenShift has no profile ${JSON.stringify(name)}; Default stands for it here.`),
      'These are the rules of current releases; before 4.18 events of the core group were dropped too.',
    ],
  };
}
