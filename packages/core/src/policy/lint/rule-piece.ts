// A rule cut into its pieces (one user, one verb, one resource…) and the question whether an earlier rule takes a piece whole.
import type { GroupResources, PolicyRule } from '../policy.ts';

/** One combination of a rule's entries; undefined means that the rule does not restrict that attribute. */
export interface RulePiece {
  readonly user: string | undefined;
  readonly userGroup: string | undefined;
  readonly verb: string | undefined;
  readonly namespace: string | undefined;
  readonly target: PieceTarget;
}

export type PieceTarget =
  | {
      readonly kind: 'resource';
      readonly group: string;
      readonly resource: string | undefined;
      readonly name: string | undefined;
    }
  | { readonly kind: 'resources' }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'urls' };

/** A rule with more pieces than this is only compared as a whole; the product of its lists would take too long. */
export const MAX_PIECES = 2_048;

/** Every piece of the rule, or undefined when there are too many. */
export function cutRule(rule: PolicyRule): readonly RulePiece[] | undefined {
  const targets = cutTargets(rule);
  const orAny = (texts: readonly string[]): readonly (string | undefined)[] =>
    texts.length === 0 ? [undefined] : [...new Set(texts)];
  const users = orAny(rule.users);
  const groups = orAny(rule.userGroups);
  const verbs = orAny(rule.verbs);
  const namespaces = orAny(rule.namespaces);
  if (users.length * groups.length * verbs.length * namespaces.length * targets.length > MAX_PIECES) return undefined;
  const pieces: RulePiece[] = [];
  for (const user of users)
    for (const userGroup of groups)
      for (const verb of verbs)
        for (const namespace of namespaces)
          for (const target of targets) pieces.push({ user, userGroup, verb, namespace, target });
  return pieces;
}

function cutTargets(rule: PolicyRule): readonly PieceTarget[] {
  if (rule.resources.length > 0) return rule.resources.flatMap(cutResources);
  if (rule.namespaces.length > 0) return [{ kind: 'resources' }];
  if (rule.nonResourceURLs.length > 0) return rule.nonResourceURLs.map((url) => ({ kind: 'url', url }));
  return [{ kind: 'resources' }, { kind: 'urls' }];
}

function cutResources(entry: GroupResources): readonly PieceTarget[] {
  const resources = entry.resources.length === 0 ? [undefined] : entry.resources;
  const names = entry.resourceNames.length === 0 ? [undefined] : entry.resourceNames;
  return resources.flatMap((resource) =>
    names.map((name): PieceTarget => ({ kind: 'resource', group: entry.group, resource, name })),
  );
}

/** Whether every request of the piece also matches the rule. Errs on the side of "no". */
export function coversPiece(rule: PolicyRule, piece: RulePiece): boolean {
  const holds = (texts: readonly string[], text: string | undefined) =>
    texts.length === 0 || (text !== undefined && texts.includes(text));
  if (!holds(rule.users, piece.user) || !holds(rule.userGroups, piece.userGroup) || !holds(rule.verbs, piece.verb))
    return false;
  const forResources = rule.resources.length > 0 || rule.namespaces.length > 0;
  const { target } = piece;
  if (target.kind === 'url' || target.kind === 'urls') {
    if (forResources) return false;
    if (rule.nonResourceURLs.length === 0) return true;
    return rule.nonResourceURLs.some((url) => coversUrl(url, target.kind === 'url' ? target.url : '*'));
  }
  if (!forResources && rule.nonResourceURLs.length > 0) return false;
  if (!holds(rule.namespaces, piece.namespace)) return false;
  if (rule.resources.length === 0) return true;
  return rule.resources.some((entry) => coversResources(entry, target));
}

function coversUrl(wide: string, narrow: string): boolean {
  if (wide === '*' || wide === narrow) return true;
  if (!wide.endsWith('*') || narrow === '*') return false;
  return narrow.replace(/\*$/, '').startsWith(wide.slice(0, -1));
}

function coversResources(entry: GroupResources, target: PieceTarget): boolean {
  if (target.kind === 'resources') return entry.group === '*' && takesAll(entry);
  if (target.kind !== 'resource') return false;
  if (entry.group !== '*' && entry.group !== target.group) return false;
  if (entry.resourceNames.length > 0 && (target.name === undefined || !entry.resourceNames.includes(target.name)))
    return false;
  if (entry.resources.length === 0 || entry.resources.includes('*')) return true;
  const { resource } = target;
  return resource !== undefined && entry.resources.some((wide) => coversResource(wide, resource));
}

function takesAll(entry: GroupResources): boolean {
  return entry.resourceNames.length === 0 && (entry.resources.length === 0 || entry.resources.includes('*'));
}

/** Resources never hold a slash in a request that comes from a URL, so the part before the slash is the resource. */
function coversResource(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const slash = narrow.indexOf('/');
  const resource = slash === -1 ? narrow : narrow.slice(0, slash);
  const subresource = slash === -1 ? '' : narrow.slice(slash + 1);
  if (wide.endsWith('/*') && resource !== '*' && wide.slice(0, -2) === resource) return true;
  return wide.startsWith('*/') && subresource !== '' && subresource !== '*' && wide.slice(2) === subresource;
}

export function describePiece(piece: RulePiece): string {
  const { target } = piece;
  const parts: string[] = [];
  if (piece.user !== undefined) parts.push(`user ${piece.user || '""'}`);
  if (piece.userGroup !== undefined) parts.push(`group ${piece.userGroup}`);
  if (piece.verb !== undefined) parts.push(piece.verb);
  if (target.kind === 'url') parts.push(target.url);
  if (target.kind === 'urls') parts.push('URLs');
  if (target.kind === 'resources') parts.push('all resources');
  if (target.kind === 'resource') {
    parts.push(
      `${target.resource ?? 'everything'}${target.group === '' ? '' : ` in ${target.group}`}${target.name === undefined ? '' : ` named ${target.name || '""'}`}`,
    );
  }
  if (piece.namespace !== undefined) parts.push(`namespace ${piece.namespace || '""'}`);
  return parts.join(', ');
}
