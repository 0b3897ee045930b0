// Label filters as SQL: a condition over labels in, a condition over their expressions out.
import type { Condition, LabelComparison, NumberComparison, StringComparison } from '@kubewitness/core/logql';
import { quoteLiteral } from '../../../store/index.ts';
import type { LabelSql } from './event-labels.ts';

/** Undefined: only the line knows the label. */
export type FindLabel = (name: string) => LabelSql | undefined;

export interface LabelCondition {
  readonly sql: string;
  /** False: true of more rows than the filter keeps. */
  readonly exact: boolean;
}

const PLAIN_CHOICE = /^[^\\.+*?()[\]{}^$]*$/;
const STRANGE = /[\ufffd\p{Cs}]/u;

/** Anchored at both ends; a dot is any character there, newlines too. */
function printWhole(text: string, pattern: string): string {
  if (pattern === '.*') return 'true';
  if (pattern === '.+') return `${text} != ''`;
  if (!PLAIN_CHOICE.test(pattern)) return `match(${text}, ${quoteLiteral(`\\A(?s:${pattern})\\z`)})`;
  return `${text} IN (${[...new Set(pattern.split('|'))].map(quoteLiteral).join(', ')})`;
}

function printTest(text: string, { operator, value }: StringComparison): string {
  switch (operator) {
    case '=':
    case '!=':
      return `${text} ${operator} ${quoteLiteral(value)}`;
    case '=~':
      return printWhole(text, value);
    case '!~':
      return `NOT ${printWhole(text, value)}`;
  }
}

export const printLabelText = ({ kind, sql }: LabelSql): string =>
  kind === 'code' ? "if(code = 0, '', toString(code))" : sql;

/** A code has few values: the test is made once for each, not for each row. */
function printCodeTest(comparison: StringComparison): string {
  const test = printTest("if(number = 0, '', toString(number))", comparison);
  return `code IN (SELECT toUInt16(number) FROM numbers(1000) WHERE ${test})`;
}

function planString(comparison: StringComparison, find: FindLabel): LabelCondition | undefined {
  if (STRANGE.test(comparison.value)) return undefined;
  const label = find(comparison.label);
  if (label === undefined) return undefined;
  return { sql: label.kind === 'code' ? printCodeTest(comparison) : printTest(label.sql, comparison), exact: true };
}

/** Only codes are known to be numbers; what is none would be marked as failed. */
function planNumber({ label, operator, value }: NumberComparison, find: FindLabel): LabelCondition | undefined {
  const found = find(label);
  // An empty text that is there is no number, and fails.
  if (found?.always === true) {
    const isNumber = `toFloat64(code) ${operator === '==' ? '=' : operator} ${value}`;
    return found.kind === 'code' && Number.isFinite(value)
      ? { sql: `(code = 0 OR ${isNumber})`, exact: false }
      : undefined;
  }
  if (found?.sql === "''") return { sql: 'false', exact: true };
  if (found?.kind !== 'code' || !Number.isFinite(value)) return undefined;
  return { sql: `(code != 0 AND toFloat64(code) ${operator === '==' ? '=' : operator} ${value})`, exact: true };
}

function planComparison(comparison: LabelComparison, find: FindLabel): LabelCondition | undefined {
  if (comparison.kind === 'string') return planString(comparison, find);
  return comparison.kind === 'number' ? planNumber(comparison, find) : undefined;
}

/** Undefined: nothing can be said in SQL. */
export function planCondition(condition: Condition, find: FindLabel): LabelCondition | undefined {
  if (condition.kind !== 'and' && condition.kind !== 'or') return planComparison(condition, find);
  const left = planCondition(condition.left, find);
  const right = planCondition(condition.right, find);
  if (left === undefined || right === undefined) {
    const known = left ?? right;
    return condition.kind === 'or' || known === undefined ? undefined : { ...known, exact: false };
  }
  const word = condition.kind === 'and' ? 'AND' : 'OR';
  return { sql: `(${left.sql} ${word} ${right.sql})`, exact: left.exact && right.exact };
}
