// Why a policy is refused, or what a server would silently ignore: facts with a code, a place and a way out.

export type PolicyProblemCode =
  | 'KW_POLICY_TOO_LARGE'
  | 'KW_POLICY_BINARY'
  | 'KW_POLICY_SYNTAX'
  | 'KW_POLICY_TOO_DEEP'
  | 'KW_POLICY_ALIASES'
  | 'KW_POLICY_TYPE'
  | 'KW_POLICY_VERSION'
  | 'KW_POLICY_KIND'
  | 'KW_POLICY_NO_RULES'
  | 'KW_POLICY_LEVEL'
  | 'KW_POLICY_STAGE'
  | 'KW_POLICY_GROUP'
  | 'KW_POLICY_RESOURCE_NAMES'
  | 'KW_POLICY_URL'
  | 'KW_POLICY_MIXED_RULE';

export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  /** Where in the document, as the server writes it: `rules[0].resources[1].group`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly sentence: string;
  readonly wayOut: string;
}

/** A problem before its offset in the text became a line and a column. */
export interface PlacedProblem {
  readonly code: PolicyProblemCode;
  readonly path: string;
  readonly at: number;
  readonly sentence: string;
  readonly wayOut: string;
}

/** Strict decoding found this; the server logs it and goes on without the key. */
export interface PolicyWarning {
  readonly kind: 'unknown-field' | 'duplicate-key';
  readonly path: string;
  readonly key: string;
  readonly line: number;
  readonly column: number;
  readonly sentence: string;
}

export function printProblem(problem: PolicyProblem): string {
  return `${problem.code}: line ${problem.line}, column ${problem.column}: ${problem.sentence} ${problem.wayOut}`;
}
