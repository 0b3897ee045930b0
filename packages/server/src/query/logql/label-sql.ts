// Stream labels and selections as SQL over `records`: names and matchers in, expressions and conditions out. Pure.
import type { Matcher } from '@kubewitness/core/logql';
import type { Selection } from '../../loki/index.ts';
import { quoteLiteral, quoteTime } from '../../store/index.ts';

/** These labels are columns, for collected records and pushed entries alike; '' where a row has no such label. */
export const LABEL_COLUMNS = {
  cluster: 'cluster',
  component: 'component',
  kubernetes_host: 'host',
  log_source: 'log_source',
  log_type: 'log_type',
} as const;

const COLUMNS: ReadonlyMap<string, string> = new Map(Object.entries(LABEL_COLUMNS));

/** The value of a stream label, '' where it is absent. Every other label than those above can only have been pushed. */
export function labelSql(name: string): string {
  return COLUMNS.get(name) ?? `labels[${quoteLiteral(name)}]`;
}

/** Words between bars, none of them special: a list. */
const PLAIN_CHOICE = /^[^\\.+*?()[\]{}^$]*$/;

/** Anchored at both ends; a dot is any character there, newlines too, as in core/logql's own matcher. */
function printWholeMatch(value: string, pattern: string): string {
  if (pattern === '.*') return 'true';
  if (pattern === '.+') return `${value} != ''`;
  if (!PLAIN_CHOICE.test(pattern)) return `match(${value}, ${quoteLiteral(`\\A(?s:${pattern})\\z`)})`;
  const words = [...new Set(pattern.split('|'))].map(quoteLiteral);
  return words.length === 1 ? `${value} = ${words[0]}` : `${value} IN (${words.join(', ')})`;
}

export function printMatcher({ name, operator, value }: Matcher): string {
  const label = labelSql(name);
  switch (operator) {
    case '=':
      return `${label} = ${quoteLiteral(value)}`;
    case '!=':
      return `${label} != ${quoteLiteral(value)}`;
    case '=~':
      return printWholeMatch(label, value);
    case '!~':
      return `NOT (${printWholeMatch(label, value)})`;
  }
}

const LATEST_NANOS = 2n ** 63n - 1n;
const clamp = (nanos: bigint): bigint => (nanos < 0n ? 0n : nanos > LATEST_NANOS ? LATEST_NANOS : nanos);

/** No entry lies before 1970 or at the last nanosecond that the column holds, so a bound beyond is no bound. */
export function printTimeRange({ startNanos, endNanos }: Pick<Selection, 'startNanos' | 'endNanos'>): string {
  return `time >= ${quoteTime(clamp(startNanos))} AND time < ${quoteTime(clamp(endNanos))}`;
}

export const printTenant = ({ tenant }: Pick<Selection, 'tenant'>): string => `tenant = ${quoteLiteral(tenant)}`;

/** WHERE text: time range, tenant, matchers. */
export function printSelection(selection: Selection): string {
  return [printTimeRange(selection), printTenant(selection), ...selection.matchers.map(printMatcher)].join(' AND ');
}
