// Two operands and an operator to one node. Loki's sentences on operands that do not go together are put off to the end.
import type { BinaryOperation, BinaryOperator, MetricQuery, Query, Span, VectorMatching } from '../ast.ts';
import { foldLiteral } from '../checks/fold-literal.ts';
import { printSix } from '../lexer/go-float.ts';
import type { TokenReader } from './token-reader.ts';

export interface Modifier {
  readonly returnBool: boolean;
  readonly matching?: VectorMatching;
}

export function makeBinary(
  reader: TokenReader,
  operator: BinaryOperator,
  modifier: Modifier,
  left: Query,
  right: Query,
  span: Span,
): BinaryOperation {
  const problem =
    findTypeProblem(left, 'left', operator) ??
    findTypeProblem(right, 'right', operator) ??
    findLiteralProblem(left, 'left', operator) ??
    findLiteralProblem(right, 'right', operator);
  if (problem !== undefined) reader.defer(problem, span);
  return { kind: 'binary', span, operator, ...modifier, left: asMetric(left), right: asMetric(right) };
}

/** A log query here was told of already: what stands in for it reaches nobody. */
function asMetric(query: Query): MetricQuery {
  return query.kind === 'log' ? { kind: 'vector', span: query.span, value: 0 } : query;
}

function findTypeProblem(query: Query, side: string, operator: string): string | undefined {
  if (query.kind !== 'log') return undefined;
  const type = query.stages.length === 0 ? '*syntax.MatchersExpr' : '*syntax.PipelineExpr';
  return `unexpected type for ${side} leg of binary operation (${operator}): ${type}`;
}

function findLiteralProblem(query: Query, side: string, operator: string): string | undefined {
  if (query.kind === 'log' || !['and', 'or', 'unless'].includes(operator)) return undefined;
  const value = foldLiteral(query);
  if (value === undefined) return undefined;
  return `unexpected literal for ${side} leg of logical/set binary operation (${operator}): ${printSix(value)}`;
}
