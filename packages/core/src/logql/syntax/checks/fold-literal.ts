// Numbers and operations on nothing but numbers: a query to the one value it stands for.
import type { BinaryOperator, MetricQuery, Query } from '../ast.ts';

/** Undefined when a stream or a vector is in it. */
export function foldLiteral(query: MetricQuery): number | undefined {
  if (query.kind === 'number') return query.value;
  if (query.kind !== 'binary') return undefined;
  // The right side first: chains grow to the left, and most operations are refuted at once.
  const right = foldLiteral(query.right);
  if (right === undefined) return undefined;
  const left = foldLiteral(query.left);
  return left === undefined ? undefined : calculate(query.operator, left, right);
}

/** A query with every operation on nothing but numbers worked out, except where the value could not be written down. */
export function foldLiterals<Some extends Query>(query: Some): Some | MetricQuery {
  switch (query.kind) {
    case 'binary': {
      const [left, right] = [foldLiterals(query.left), foldLiterals(query.right)];
      const value =
        left.kind === 'number' && right.kind === 'number'
          ? calculate(query.operator, left.value, right.value)
          : undefined;
      if (value !== undefined && Number.isFinite(value)) return { kind: 'number', span: query.span, value };
      return { ...query, left, right };
    }
    case 'vectorAggregation':
    case 'labelReplace':
      return { ...query, operand: foldLiterals(query.operand) };
    default:
      return query;
  }
}

function calculate(operator: BinaryOperator, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '>':
      return Number(left > right);
    case '>=':
      return Number(left >= right);
    case '<':
      return Number(left < right);
    case '<=':
      return Number(left <= right);
    default:
      return undefined;
  }
}
