// A query without the places it was read from, to compare what it says.
import type { Query } from '../ast.ts';

export function withoutSpans(query: Query): unknown {
  return JSON.parse(JSON.stringify(query, (key, value) => (key === 'span' ? undefined : printBig(value))));
}

function printBig(value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
