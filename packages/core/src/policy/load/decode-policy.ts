// A value tree -> the fields of a policy, unchecked texts and all: the decoding step between reading and validating.
import {
  type DecodeState,
  type HeldList,
  newHeldList,
  type Path,
  readFields,
  readFlag,
  readList,
  readText,
  readTexts,
} from './field-reader.ts';
import { OBJECT_META_KEYS, readObjectMeta } from './object-meta.ts';
import type { ValueNode } from './value-node.ts';

export interface DecodedResources {
  group: string;
  resources: HeldList<string>;
  resourceNames: HeldList<string>;
}

export interface DecodedRule {
  level: string;
  users: HeldList<string>;
  userGroups: HeldList<string>;
  verbs: HeldList<string>;
  resources: HeldList<DecodedResources>;
  namespaces: HeldList<string>;
  nonResourceURLs: HeldList<string>;
  omitStages: HeldList<string>;
  omitManagedFields: boolean | undefined;
}

export interface DecodedPolicy {
  name: string;
  omitStages: HeldList<string>;
  omitManagedFields: boolean;
  rules: HeldList<DecodedRule>;
}

export function heldItems<T>(list: HeldList<T>): readonly T[] {
  return list.backing.slice(0, list.length);
}

export function decodePolicy(state: DecodeState, root: ValueNode): DecodedPolicy {
  const policy: DecodedPolicy = { name: '', omitStages: newHeldList(), omitManagedFields: false, rules: newHeldList() };
  readFields(state, root, [], {
    kind: (node, path) => void readText(state, node, path, ''),
    apiVersion: (node, path) => void readText(state, node, path, ''),
    metadata: (node, path) => {
      policy.name = readObjectMeta(state, node, path, policy.name);
    },
    rules: (node, path) => {
      policy.rules = readList(state, node, path, policy.rules, zeroRule, (item, itemPath, rule) =>
        readRule(state, item, itemPath, rule),
      );
    },
    omitStages: (node, path) => {
      policy.omitStages = readTexts(state, node, path, policy.omitStages);
    },
    omitManagedFields: (node, path) => {
      policy.omitManagedFields = readFlag(state, node, path, policy.omitManagedFields);
    },
  });
  return policy;
}

/** Without an apiVersion the server decodes into its inner type, whose fields have other names: these keys stay unknown there. */
export function decodeWithoutVersion(state: DecodeState, root: ValueNode): void {
  const known = ['kind', 'apiVersion', 'Rules', 'OmitStages', 'OmitManagedFields', ...OBJECT_META_KEYS];
  readFields(state, root, [], Object.fromEntries(known.map((key) => [key, () => {}])));
}

function zeroRule(): DecodedRule {
  return {
    level: '',
    users: newHeldList(),
    userGroups: newHeldList(),
    verbs: newHeldList(),
    resources: newHeldList(),
    namespaces: newHeldList(),
    nonResourceURLs: newHeldList(),
    omitStages: newHeldList(),
    omitManagedFields: undefined,
  };
}

type TextListKey = 'users' | 'userGroups' | 'verbs' | 'namespaces' | 'nonResourceURLs' | 'omitStages';

function readRule(state: DecodeState, node: ValueNode, path: Path, rule: DecodedRule): DecodedRule {
  const texts = (key: TextListKey) => (value: ValueNode, at: Path) => {
    rule[key] = readTexts(state, value, at, rule[key]);
  };
  readFields(state, node, path, {
    level: (value, at) => {
      rule.level = readText(state, value, at, rule.level);
    },
    users: texts('users'),
    userGroups: texts('userGroups'),
    verbs: texts('verbs'),
    resources: (value, at) => {
      rule.resources = readList(state, value, at, rule.resources, zeroResources, (item, itemPath, held) =>
        readResources(state, item, itemPath, held),
      );
    },
    namespaces: texts('namespaces'),
    nonResourceURLs: texts('nonResourceURLs'),
    omitStages: texts('omitStages'),
    omitManagedFields: (value, at) => {
      rule.omitManagedFields =
        value.kind === 'null' ? undefined : readFlag(state, value, at, rule.omitManagedFields ?? false);
    },
  });
  return rule;
}

function zeroResources(): DecodedResources {
  return { group: '', resources: newHeldList(), resourceNames: newHeldList() };
}

function readResources(state: DecodeState, node: ValueNode, path: Path, held: DecodedResources): DecodedResources {
  readFields(state, node, path, {
    group: (value, at) => {
      held.group = readText(state, value, at, held.group);
    },
    resources: (value, at) => {
      held.resources = readTexts(state, value, at, held.resources);
    },
    resourceNames: (value, at) => {
      held.resourceNames = readTexts(state, value, at, held.resourceNames);
    },
  });
  return held;
}
