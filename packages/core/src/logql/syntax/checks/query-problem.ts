// A mistake in a query that reads well: Loki's sentence and the node it is about.
import type { Span } from '../ast.ts';

export interface QueryProblem {
  readonly message: string;
  readonly span: Span;
}

/** Loki looks at the outer before the inner and at the left before the right, and tells the first it finds. */
export function findFirst(problems: readonly QueryProblem[]): QueryProblem | undefined {
  return problems.reduce<QueryProblem | undefined>((first, problem) => {
    if (first === undefined) return problem;
    const { start, end } = problem.span;
    const isBefore = start < first.span.start || (start === first.span.start && end > first.span.end);
    return isBefore ? problem : first;
  }, undefined);
}
