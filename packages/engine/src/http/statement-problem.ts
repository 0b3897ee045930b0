// A refusal in ClickHouse's terms: number, type name and sentence in, the text ClickHouse would answer out.

export interface StatementProblem {
  readonly code: number;
  readonly type: string;
  readonly message: string;
}

/** The client reads code and type out of exactly this wording. */
export function printProblem(problem: StatementProblem): string {
  return `Code: ${problem.code}. DB::Exception: ${problem.message}. (${problem.type})`;
}
