// A file of some distribution -> the policy inside it: plain policies of any version, APIServer resources, Talos, kOps, ConfigMaps, filters.
import { parseDocument, stringify } from 'yaml';
import { printPolicy } from '../edit/print-policy.ts';
import { loadPolicy, type PolicyLoad } from '../load/load-policy.ts';
import { parsePolicyText } from '../load/policy-text.ts';
import {
  buildOpenshiftPolicy,
  type CustomRule,
  OPENSHIFT_PROFILES,
  type OpenshiftProfile,
} from '../profile/openshift-profile.ts';

export interface ExtractedPolicy {
  readonly load: PolicyLoad;
  /** What it was found in. */
  readonly from: string;
  readonly notes: readonly string[];
}

export function extractPolicy(input: string | Uint8Array): ExtractedPolicy {
  const direct = loadPolicy(input, { acceptOlder: true });
  if (direct.ok) return { load: direct, from: `an ${direct.apiVersion} policy`, notes: direct.notes };
  return extractEmbedded(input) ?? { load: direct, from: 'a policy', notes: [] };
}

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
  let tree: Tree;
  try {
    // Aliases are few in configuration files; the parser's own limit keeps hostile ones out.
    tree = parseDocument(text.text, { uniqueKeys: false }).toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
  if (at(tree, 'kind') === 'APIServer') return fromApiServer(tree);
  const talos = at(tree, 'cluster', 'apiServer', 'auditPolicy');
  if (talos !== undefined) return fromTree(talos, 'a Talos machine configuration');
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
  return undefined;
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

function fromFilter(audit: Tree): ExtractedPolicy {
  const { omitResponseCodes, ...rest } =
    typeof audit === 'object' && audit !== null
      ? { omitResponseCodes: at(audit, 'omitResponseCodes'), ...audit }
      : { omitResponseCodes: undefined };
  const notes = [
    'Leading and trailing "*" in users, groups, namespaces and resources are wildcards to the filter, but plain texts to an API server.',
  ];
  const codes = listOf(omitResponseCodes ?? [404, 409, 422, 429]);
  if (codes.length > 0) notes.push(`The filter drops answers ${codes.join(', ')}; an API server's policy cannot.`);
  notes.push('What no rule matches is judged by defaults of the filter, and not recorded by an API server.');
  return {
    ...fromText(
      stringify(
        { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...rest, omitResponseCodes: undefined },
        { version: '1.1' },
      ),
      'a ClusterLogForwarder filter',
    ),
    notes,
  };
}

function fromApiServer(tree: Tree): ExtractedPolicy | undefined {
  const read = (value: Tree): OpenshiftProfile => OPENSHIFT_PROFILES.find((profile) => profile === value) ?? 'Default';
  const customRules = listOf(at(tree, 'spec', 'audit', 'customRules')).map(
    (rule): CustomRule => ({ group: String(at(rule, 'group') ?? ''), profile: read(at(rule, 'profile')) }),
  );
  const load: PolicyLoad = loadPolicy(
    printPolicy(buildOpenshiftPolicy({ profile: read(at(tree, 'spec', 'audit', 'profile')), customRules })),
  );
  return {
    load,
    from: 'an OpenShift APIServer resource',
    notes: ['These are the rules of current releases; before 4.18 events of the core group were dropped too.'],
  };
}
