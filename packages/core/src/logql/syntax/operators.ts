// The binary operators by how tightly they bind: one table for parser, printer and the rules behind error sentences.
import type { BinaryOperator } from './ast.ts';

/** From loosest to tightest. */
export const OPERATOR_LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
  ['^'],
];

const LEVELS: ReadonlyMap<string, number> = new Map(
  OPERATOR_LEVELS.flatMap((operators, level) => operators.map((operator): [string, number] => [operator, level])),
);

/** Undefined for what is no binary operator. */
export function levelOf(operator: string): number | undefined {
  return LEVELS.get(operator);
}

/** `2 ^ 3 ^ 2` is `2 ^ (3 ^ 2)`; all others go from left to right. */
export function isRightAssociative(operator: string): boolean {
  return operator === '^';
}
