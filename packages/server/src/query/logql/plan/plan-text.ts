// Line filters and regular expressions as SQL: what core/logql asks of a text in, a condition of the same truth out.
import type { LineFilter, LineFilterAlternative } from '@kubewitness/core/logql';
import { quoteLiteral } from '../../../store/index.ts';

/** True of the same rows as the filter (`exact`), or of more. `reads` text: only where the line's bytes are a text. */
export interface TextCondition {
  readonly sql: string;
  readonly exact: boolean;
  readonly reads: 'bytes' | 'text';
}

const PLAIN = /^[^\\.+*?()|[\]{}^$]*$/;
/** A lone surrogate is in no text, and U+FFFD stands for bytes that are none. */
const STRANGE = /[\ufffd\p{Cs}]/u;

/** Go's dot does not match a newline, the engine's does. */
export const printSearch = (text: string, expression: string): string =>
  PLAIN.test(expression) ? printContains(text, expression) : `match(${text}, ${quoteLiteral(`(?-s)${expression}`)})`;

function printContains(text: string, words: string): string {
  return words === '' ? 'true' : `position(${text}, ${quoteLiteral(words)}) > 0`;
}

/** Of `a<_>b` at least a and b must be there. */
function printPattern(pattern: string): string {
  const words = pattern.split(/<[a-zA-Z_][a-zA-Z0-9_]*>/).filter((word) => word !== '');
  return words.length === 0 ? 'true' : `(${words.map((word) => printContains('line', word)).join(' AND ')})`;
}

function planAlternative(
  operator: LineFilter['operator'],
  { kind, value }: LineFilterAlternative,
): TextCondition | undefined {
  if (kind === 'ip' || STRANGE.test(value)) return undefined;
  switch (operator) {
    case '|=':
    case '!=':
      return { sql: printContains('line', value), exact: true, reads: 'bytes' };
    case '|~':
    case '!~':
      return { sql: printSearch('line', value), exact: true, reads: PLAIN.test(value) ? 'bytes' : 'text' };
    default:
      return { sql: printPattern(value), exact: false, reads: 'bytes' };
  }
}

/** Undefined: nothing can be said in SQL. */
export function planLineFilter({ operator, alternatives }: LineFilter): TextCondition | undefined {
  const parts: TextCondition[] = [];
  for (const alternative of alternatives) {
    const part = planAlternative(operator, alternative);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const exact = parts.every((part) => part.exact);
  const reads = parts.some((part) => part.reads === 'text') ? 'text' : 'bytes';
  const any = parts.length === 1 ? (parts[0]?.sql ?? 'true') : `(${parts.map((part) => part.sql).join(' OR ')})`;
  if (operator.startsWith('|')) return { sql: any, exact, reads };
  return exact ? { sql: `NOT ${any}`, exact, reads } : undefined;
}
