// The binary operators on two numbers: numbers in, number or truth out.
import type { ArithmeticOperator, BinaryOperator, ComparisonOperator } from '../syntax/ast.ts';

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(['==', '!=', '>', '>=', '<', '<=']);

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return COMPARISONS.has(operator);
}

export function compare(operator: ComparisonOperator, left: number, right: number): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
  }
}

/** On samples: dividing by nothing gives no number in Loki, not infinity as literals have it. */
export function calculate(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? Number.NaN : left / right;
    case '%':
      return left % right;
    case '^':
      return power(left, right);
  }
}

/** As IEEE 754 has it; JavaScript alone says NaN where the base is 1 or -1. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}
