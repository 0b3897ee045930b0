// What must hold in every log query of a query: a selector that selects, stages that can work.

import { RE2JS } from 're2js';
import type { LogQuery, Matcher, Query, UnwrapValue } from '../ast.ts';
import type { QueryProblem } from './query-problem.ts';
import { findStageProblem } from './stages.ts';

const NEEDS_MATCHER =
  'queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will';

/** A log query with the filters behind its `unwrap`, where it has one. */
export interface LogPart {
  readonly query: LogQuery;
  readonly unwrap?: UnwrapValue;
}

/** From left to right. */
export function listLogQueries(query: Query): readonly LogPart[] {
  switch (query.kind) {
    case 'log':
      return [{ query }];
    case 'rangeAggregation':
      return [query];
    case 'vectorAggregation':
    case 'labelReplace':
      return listLogQueries(query.operand);
    case 'binary':
      return [...listLogQueries(query.left), ...listLogQueries(query.right)];
    case 'vector':
    case 'number':
      return [];
    default:
      return query satisfies never;
  }
}

/** One problem per log query at most: its first. */
export function findLogQueryProblems(query: Query): readonly QueryProblem[] {
  return listLogQueries(query).flatMap(({ query: { matchers, stages, span }, unwrap }) => {
    if (matchers.every(takesEmpty)) return [{ message: NEEDS_MATCHER, span }];
    return findStageProblem(stages) ?? findStageProblem(unwrap?.filters ?? []) ?? [];
  });
}

/** Streams without the label pass such a matcher: alone it would ask for everything. */
function takesEmpty({ operator, value }: Matcher): boolean {
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
