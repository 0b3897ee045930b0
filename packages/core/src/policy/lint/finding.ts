// One finding of the linter: what is wrong with which rule, where, why it matters, and the edit that would mend it.
import type { PolicyEdit } from '../edit/policy-edit.ts';
import type { PolicySource } from '../load/load-policy.ts';
import { findOffset, type NodePath, printPath } from '../load/value-node.ts';

export const LINT_CODES = {
  'shadowed-rule': 'A rule that no request can reach.',
  'partly-shadowed-rule': 'A rule some of whose entries no request can reach.',
  'unknown-field': 'A key that the API server silently ignores.',
  'duplicate-key': 'A key that stands twice.',
  'dead-group': 'An API group that matches nothing.',
  'dead-resource': 'A resource that matches nothing in its group.',
  'dead-verb': 'A verb that no such request has.',
  'literal-wildcard': 'A wildcard where the API server compares texts.',
  'dead-user': 'A user name that no authenticator gives.',
  'names-on-create': 'resourceNames that requests without a name never match.',
  'missing-subresources': 'A resource whose telling subresources are recorded at a lower level.',
  'sensitive-body': 'Secrets, tokens or passwords in recorded bodies.',
  'exec-websocket': 'Sessions of WebSocket clients that a rule for create misses.',
  'no-catch-all': 'Requests that no rule decides.',
  'noise-at-high-level': 'Machine traffic recorded with bodies.',
  'large-response': 'Large or frequent answers recorded whole.',
  'request-received': 'The stage RequestReceived recorded beside the outcome.',
  'outcome-omitted': 'The outcome of requests left out.',
  'managed-fields': 'managedFields recorded with the bodies.',
} as const;

export type LintCode = keyof typeof LINT_CODES;
export type Severity = 'error' | 'warning' | 'note';

export interface Finding {
  readonly code: LintCode;
  readonly severity: Severity;
  /** Index of the rule; -1 for the policy as a whole. */
  readonly rule: number;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly why: string;
  readonly suggestion: Suggestion | undefined;
}

export interface Suggestion {
  readonly sentence: string;
  readonly edit?: PolicyEdit;
}

/** A finding before it got its line and column. */
export interface RawFinding {
  readonly code: LintCode;
  readonly severity: Severity;
  readonly path: NodePath;
  readonly why: string;
  readonly suggestion?: Suggestion;
}

export function placeFinding(raw: RawFinding, source: PolicySource): Finding {
  const [top, index] = raw.path;
  const place = source.lines.place(raw.path.length === 0 ? source.root.at : findOffset(source.root, raw.path));
  return {
    code: raw.code,
    severity: raw.severity,
    rule: top === 'rules' && typeof index === 'number' ? index : -1,
    path: printPath(raw.path),
    ...place,
    why: raw.why,
    suggestion: raw.suggestion,
  };
}
