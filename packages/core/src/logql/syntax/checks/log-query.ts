// What must hold in every log query of a query: a selector that selects, stages that can work.

import { RE2JS } from 're2js';
import type { LogQuery, Matcher, Query } from '../ast.ts';
import type { QueryProblem } from './query-problem.ts';
import { findStageProblem } from './stages.ts';

const NEEDS_MATCHER =
  'queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will';

/** One problem per log query at most: its first. */
export function findLogQueryProblems(query: Query): readonly QueryProblem[] {
  switch (query.kind) {
    case 'log':
      return findLogQueryProblem(query);
    case 'rangeAggregation': {
      const behind = query.unwrap === undefined ? undefined : findStageProblem(query.unwrap.filters);
      return [...findLogQueryProblem(query.query), ...(behind === undefined ? [] : [behind])];
    }
    case 'vectorAggregation':
    case 'labelReplace':
      return findLogQueryProblems(query.operand);
    case 'binary':
      return [...findLogQueryProblems(query.left), ...findLogQueryProblems(query.right)];
    case 'vector':
    case 'number':
      return [];
    default:
      return query satisfies never;
  }
}

function findLogQueryProblem({ matchers, stages, span }: LogQuery): readonly QueryProblem[] {
  if (matchers.every(takesEmpty)) return [{ message: NEEDS_MATCHER, span }];
  const problem = findStageProblem(stages);
  return problem === undefined ? [] : [problem];
}

/** Streams without the label pass such a matcher: alone it would ask for everything. */
export function takesEmpty({ operator, value }: Matcher): boolean {
  switch (operator) {
    case '=':
      return value === '';
    case '!=':
      return value !== '';
    case '=~':
      return takesEmptyText(value);
    case '!~':
      return !takesEmptyText(value);
  }
}

function takesEmptyText(expression: string): boolean {
  return RE2JS.compile(`^(?s:${expression})$`).matches('');
}
