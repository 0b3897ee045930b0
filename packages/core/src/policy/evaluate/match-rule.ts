// One rule against one request, field by field in the server's order: slow, plain and the truth that the compiled form is tested against.
import type { GroupResources, PolicyRule } from '../policy.ts';
import type { RequestAttributes } from './request-attributes.ts';

export type RuleField = 'users' | 'userGroups' | 'verbs' | 'kind' | 'namespaces' | 'resources' | 'nonResourceURLs';

/** The first field of the rule that does not fit, or undefined when the rule matches. */
export function findMismatch(rule: PolicyRule, request: RequestAttributes): RuleField | undefined {
  const { user } = request;
  if (rule.users.length > 0 && (user === null || !rule.users.includes(user))) return 'users';
  if (rule.userGroups.length > 0 && (user === null || !request.groups.some((group) => rule.userGroups.includes(group))))
    return 'userGroups';
  if (rule.verbs.length > 0 && !rule.verbs.includes(request.verb)) return 'verbs';
  if (rule.namespaces.length > 0 || rule.resources.length > 0) {
    if (!request.isResource) return 'kind';
    if (rule.namespaces.length > 0 && !rule.namespaces.includes(request.namespace)) return 'namespaces';
    if (rule.resources.length > 0 && !rule.resources.some((entry) => matchesResources(entry, request)))
      return 'resources';
    return undefined;
  }
  if (rule.nonResourceURLs.length === 0) return undefined;
  if (request.isResource) return 'kind';
  return rule.nonResourceURLs.some((url) => matchesUrl(url, request.path)) ? undefined : 'nonResourceURLs';
}

export function matchesRule(rule: PolicyRule, request: RequestAttributes): boolean {
  return findMismatch(rule, request) === undefined;
}

export function matchesUrl(url: string, path: string): boolean {
  if (url === '*' || url === path) return true;
  return url.endsWith('*') && path.startsWith(url.replace(/\*+$/, ''));
}

export function matchesResources(entry: GroupResources, request: RequestAttributes): boolean {
  if (entry.group !== request.apiGroup && entry.group !== '*') return false;
  if (entry.resources.length === 0) return true;
  if (entry.resourceNames.length > 0 && !entry.resourceNames.includes(request.name)) return false;
  return entry.resources.some((text) => matchesResource(text, request.resource, request.subresource));
}

/** `pods` is not `pods/log`; `pods/*` is both; `*` followed by a slash and a name asks for that subresource of anything. */
export function matchesResource(text: string, resource: string, subresource: string): boolean {
  if (text === '*') return true;
  if (text === (subresource === '' ? resource : `${resource}/${subresource}`)) return true;
  if (subresource !== '' && text.startsWith('*/') && text.slice(2) === subresource) return true;
  return text.endsWith('/*') && text.slice(0, -2) === resource;
}
