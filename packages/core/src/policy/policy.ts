// The audit policy as a value: what a kube-apiserver holds after it has read a policy file.

export type Level = 'None' | 'Metadata' | 'Request' | 'RequestResponse';
export type Stage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';

export const LEVELS: readonly Level[] = ['None', 'Metadata', 'Request', 'RequestResponse'];
export const STAGES: readonly Stage[] = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

export interface GroupResources {
  /** API group; '' is the core group, '*' every group. */
  readonly group: string;
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

export interface PolicyRule {
  readonly level: Level;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly GroupResources[];
  readonly namespaces: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly omitStages: readonly Stage[];
  /** undefined: the rule does not say, the policy's own setting stands. */
  readonly omitManagedFields: boolean | undefined;
}

export interface Policy {
  readonly name: string;
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields: boolean;
  readonly rules: readonly PolicyRule[];
}

export const API_VERSION = 'audit.k8s.io/v1';

export function emptyRule(level: Level): PolicyRule {
  return {
    level,
    users: [],
    userGroups: [],
    verbs: [],
    resources: [],
    namespaces: [],
    nonResourceURLs: [],
    omitStages: [],
    omitManagedFields: undefined,
  };
}

/** A rule from the fields that matter; the rest stays empty. */
export function makeRule(level: Level, fields: Partial<Omit<PolicyRule, 'level'>> = {}): PolicyRule {
  return { ...emptyRule(level), ...fields };
}

export function makePolicy(rules: readonly PolicyRule[], fields: Partial<Omit<Policy, 'rules'>> = {}): Policy {
  return { name: '', omitStages: [], omitManagedFields: false, ...fields, rules };
}

export function levelRank(level: Level): number {
  return LEVELS.indexOf(level);
}
