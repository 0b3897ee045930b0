// Up to 32 rules as bit masks, one lookup per attribute: a request's mask is the AND of its attributes' masks, its lowest bit the rule.
import type { PolicyRule } from '../policy.ts';
import { matchesResources } from './match-rule.ts';
import type { RequestAttributes } from './request-attributes.ts';

export const BLOCK_RULES = 32;

/** What one API group's resources select, rules of group `*` included. */
interface GroupTable {
  /** Rules that take every resource and subresource of the group. */
  all: number;
  readonly bySubresource: Map<string, number>;
  readonly byResource: Map<string, ResourceMasks>;
}

interface ResourceMasks {
  /** Rules that take the resource itself (asked without a subresource). */
  bare: number;
  /** Rules that take the resource and all its subresources. */
  any: number;
  readonly bySubresource: Map<string, number>;
}

interface UrlMask {
  readonly prefix: string;
  readonly mask: number;
}

export interface RuleBlock {
  readonly rules: readonly PolicyRule[];
  readonly anyUser: number;
  readonly users: ReadonlyMap<string, number>;
  readonly anyGroup: number;
  readonly groups: ReadonlyMap<string, number>;
  readonly anyVerb: number;
  readonly verbs: ReadonlyMap<string, number>;
  /** Rules that can match a resource request, and a non-resource one. */
  readonly forResources: number;
  readonly forPaths: number;
  readonly anyNamespace: number;
  readonly namespaces: ReadonlyMap<string, number>;
  readonly anyResource: number;
  readonly byApiGroup: ReadonlyMap<string, GroupTable>;
  readonly otherApiGroups: GroupTable;
  /** Rules with resourceNames: a match of these is looked at entry by entry. */
  readonly named: number;
  readonly anyPath: number;
  readonly paths: ReadonlyMap<string, number>;
  readonly prefixes: readonly UrlMask[];
}

export function compileBlock(rules: readonly PolicyRule[]): RuleBlock {
  const byApiGroup = new Map<string, GroupTable>();
  for (const rule of rules)
    for (const entry of rule.resources) if (entry.group !== '*') byApiGroup.set(entry.group, newGroupTable());
  const otherApiGroups = newGroupTable();
  rules.forEach((rule, bit) => {
    for (const entry of rule.resources) {
      const tables =
        entry.group === '*'
          ? [otherApiGroups, ...byApiGroup.values()]
          : [byApiGroup.get(entry.group) ?? otherApiGroups];
      for (const table of tables) addResources(table, entry.resources, 1 << bit);
    }
  });
  const takesResources = (rule: PolicyRule) => rule.namespaces.length > 0 || rule.resources.length > 0;
  return {
    rules,
    anyUser: maskWhere(rules, (rule) => rule.users.length === 0),
    users: maskByText(rules, (rule) => rule.users),
    anyGroup: maskWhere(rules, (rule) => rule.userGroups.length === 0),
    groups: maskByText(rules, (rule) => rule.userGroups),
    anyVerb: maskWhere(rules, (rule) => rule.verbs.length === 0),
    verbs: maskByText(rules, (rule) => rule.verbs),
    forResources: maskWhere(rules, (rule) => takesResources(rule) || rule.nonResourceURLs.length === 0),
    forPaths: maskWhere(rules, (rule) => !takesResources(rule)),
    anyNamespace: maskWhere(rules, (rule) => rule.namespaces.length === 0),
    namespaces: maskByText(rules, (rule) => rule.namespaces),
    anyResource: maskWhere(rules, (rule) => rule.resources.length === 0),
    byApiGroup,
    otherApiGroups,
    named: maskWhere(rules, (rule) => rule.resources.some((entry) => entry.resourceNames.length > 0)),
    anyPath: maskWhere(rules, (rule) => rule.nonResourceURLs.length === 0 || rule.nonResourceURLs.includes('*')),
    paths: maskByText(rules, (rule) => rule.nonResourceURLs),
    prefixes: [...maskByText(rules, (rule) => rule.nonResourceURLs.filter((url) => url.endsWith('*')))].map(
      ([url, mask]) => ({ prefix: url.replace(/\*+$/, ''), mask }),
    ),
  };
}

/** Index of the first rule of the block that matches, or -1. */
export function findInBlock(block: RuleBlock, request: RequestAttributes): number {
  let mask = request.isResource ? block.forResources : block.forPaths;
  if ((mask & ~block.anyVerb) !== 0) mask &= block.anyVerb | (block.verbs.get(request.verb) ?? 0);
  const { user } = request;
  if (user === null) mask &= block.anyUser & block.anyGroup;
  else {
    if ((mask & ~block.anyUser) !== 0) mask &= block.anyUser | (block.users.get(user) ?? 0);
    if ((mask & ~block.anyGroup) !== 0) mask &= block.anyGroup | groupMask(block, request.groups);
  }
  if (!request.isResource) {
    if ((mask & ~block.anyPath) !== 0) mask &= block.anyPath | pathMask(block, request.path, mask);
    return lowestBit(mask);
  }
  if ((mask & ~block.anyNamespace) !== 0) mask &= block.anyNamespace | (block.namespaces.get(request.namespace) ?? 0);
  if ((mask & ~block.anyResource) !== 0) mask &= block.anyResource | resourceMask(block, request);
  if ((mask & block.named) === 0) return lowestBit(mask);
  return findNamed(block, mask, request);
}

/** Lowest set bit, or -1 when none is: clz32(0) is 32. */
function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

function findNamed(block: RuleBlock, candidates: number, request: RequestAttributes): number {
  for (let mask = candidates; mask !== 0; mask &= mask - 1) {
    const bit = lowestBit(mask);
    if ((block.named & (1 << bit)) === 0) return bit;
    if (block.rules[bit]?.resources.some((entry) => matchesResources(entry, request)) === true) return bit;
  }
  return -1;
}

function groupMask(block: RuleBlock, groups: readonly string[]): number {
  let mask = 0;
  for (let i = 0; i < groups.length; i++) mask |= block.groups.get(groups[i] ?? '') ?? 0;
  return mask;
}

function pathMask(block: RuleBlock, path: string, candidates: number): number {
  let mask = block.paths.get(path) ?? 0;
  for (const url of block.prefixes)
    if ((url.mask & candidates & ~mask) !== 0 && path.startsWith(url.prefix)) mask |= url.mask;
  return mask;
}

function resourceMask(block: RuleBlock, request: RequestAttributes): number {
  const table = block.byApiGroup.get(request.apiGroup) ?? block.otherApiGroups;
  const resource = table.byResource.get(request.resource);
  const { subresource } = request;
  if (subresource === '') return resource === undefined ? table.all : table.all | resource.any | resource.bare;
  const mask = table.all | (table.bySubresource.get(subresource) ?? 0);
  return resource === undefined ? mask : mask | resource.any | (resource.bySubresource.get(subresource) ?? 0);
}

function newGroupTable(): GroupTable {
  return { all: 0, bySubresource: new Map(), byResource: new Map() };
}

function addResources(table: GroupTable, texts: readonly string[], bit: number): void {
  if (texts.length === 0) table.all |= bit;
  for (const text of texts) {
    if (text === '*') table.all |= bit;
    resourceMasks(table, text).bare |= bit;
    if (text.startsWith('*/')) addBit(table.bySubresource, text.slice(2), bit);
    if (text.endsWith('/*')) resourceMasks(table, text.slice(0, -2)).any |= bit;
    // Attributes may hold slashes themselves, so each one can be the border between resource and subresource.
    for (let at = text.indexOf('/'); at !== -1; at = text.indexOf('/', at + 1)) {
      if (at + 1 < text.length) addBit(resourceMasks(table, text.slice(0, at)).bySubresource, text.slice(at + 1), bit);
    }
  }
}

function resourceMasks(table: GroupTable, resource: string): ResourceMasks {
  let masks = table.byResource.get(resource);
  if (masks === undefined) {
    masks = { bare: 0, any: 0, bySubresource: new Map() };
    table.byResource.set(resource, masks);
  }
  return masks;
}

function addBit(map: Map<string, number>, key: string, bit: number): void {
  map.set(key, (map.get(key) ?? 0) | bit);
}

function maskWhere(rules: readonly PolicyRule[], holds: (rule: PolicyRule) => boolean): number {
  return rules.reduce((mask, rule, bit) => (holds(rule) ? mask | (1 << bit) : mask), 0);
}

function maskByText(
  rules: readonly PolicyRule[],
  textsOf: (rule: PolicyRule) => readonly string[],
): Map<string, number> {
  const map = new Map<string, number>();
  rules.forEach((rule, bit) => {
    for (const text of textsOf(rule)) addBit(map, text, 1 << bit);
  });
  return map;
}
