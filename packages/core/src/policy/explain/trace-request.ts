// A policy and one request -> the trace of the rules that were tried: what kept each from matching, and which one decided.
import { findMismatch, type RuleField } from '../evaluate/match-rule.ts';
import type { RequestAttributes } from '../evaluate/request-attributes.ts';
import type { Level, Policy, PolicyRule } from '../policy.ts';
import { listWords } from './describe-rule.ts';

export interface TraceStep {
  readonly rule: number;
  readonly level: Level;
  readonly matched: boolean;
  /** The field that did not fit. */
  readonly field: RuleField | undefined;
  readonly sentence: string;
}

export function traceRequest(policy: Policy, request: RequestAttributes): readonly TraceStep[] {
  const steps: TraceStep[] = [];
  for (const [index, rule] of policy.rules.entries()) {
    const field = findMismatch(rule, request);
    const sentence =
      field === undefined ? `matches, so the level is ${rule.level}.` : explainMismatch(rule, request, field);
    steps.push({ rule: index, level: rule.level, matched: field === undefined, field, sentence });
    if (field === undefined) break;
  }
  return steps;
}

function explainMismatch(rule: PolicyRule, request: RequestAttributes, field: RuleField): string {
  const few = (texts: readonly string[]) =>
    listWords(
      texts.length > 6 ? [...texts.slice(0, 6), `${texts.length - 6} more`] : texts.map((text) => text || '""'),
      'or',
    );
  switch (field) {
    case 'users':
      return `is for ${few(rule.users)}, but the user is ${request.user ?? 'nobody'}.`;
    case 'userGroups':
      return `is for the groups ${few(rule.userGroups)}, but the user is in ${request.groups.length === 0 ? 'none' : few(request.groups)}.`;
    case 'verbs':
      return `is for ${few(rule.verbs)}, but the verb is ${request.verb || '""'}.`;
    case 'kind':
      return request.isResource
        ? 'is for URLs, but this is a resource request.'
        : `is for resources, but this is the URL ${request.path}.`;
    case 'namespaces':
      return `is for the namespaces ${few(rule.namespaces)}, but the namespace is ${request.namespace || '"" (none, or all)'}.`;
    case 'resources':
      return `names other resources than ${printResource(request)}${subresourceHint(rule, request)}`;
    case 'nonResourceURLs':
      return `is for ${few(rule.nonResourceURLs)}, but the URL is ${request.path}.`;
    default:
      return field satisfies never;
  }
}

function printResource(request: RequestAttributes): string {
  const group = request.apiGroup === '' ? '' : `.${request.apiGroup}`;
  const name = request.name === '' ? '' : ` named ${request.name}`;
  return `${request.resource}${group}${request.subresource === '' ? '' : `/${request.subresource}`}${name}`;
}

/** The mistake people make most: a rule for `pods` says nothing about `pods/exec`. */
function subresourceHint(rule: PolicyRule, request: RequestAttributes): string {
  const near = rule.resources.some(
    (entry) => (entry.group === request.apiGroup || entry.group === '*') && entry.resources.includes(request.resource),
  );
  if (request.subresource !== '' && near)
    return `; ${request.resource} does not include its subresource ${request.subresource}.`;
  const elsewhere = rule.resources.find(
    (entry) => entry.group !== request.apiGroup && entry.resources.includes(request.resource),
  );
  if (elsewhere === undefined) return '.';
  return `; ${request.resource} stands there in the group ${elsewhere.group || '""'}, but the request is for ${request.apiGroup || 'the core group'}.`;
}
