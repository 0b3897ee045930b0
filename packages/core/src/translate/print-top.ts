// A question of top -> the LogQL metric query that counts the same, to be asked at the end of the time it is about.
import { FIELDS, printDuration } from '../event/index.ts';
import type { TopRequest } from '../wire/index.ts';
import { type PrintedLogql, printFilterAsLogql } from './print-filter.ts';

/** `nowNanos` is the end of a question without one. */
export function printTopAsLogql({ filter, by, limit }: TopRequest, nowNanos: bigint): PrintedLogql {
  const label = FIELDS.find((field) => field.by === by)?.label ?? '';
  if (label === '') {
    return { ok: false, problem: `top --by ${by} has no LogQL form: lines are grouped by labels, and this is none.` };
  }
  if (filter.fromNanos === undefined) {
    return {
      ok: false,
      problem: 'A count in LogQL goes over a length of time; say which with --since or --since-time.',
    };
  }
  const printed = printFilterAsLogql(filter, 'count');
  if (!printed.ok) return printed;
  const isStreamLabel = FIELDS.some((field) => field.label === label && field.path === '');
  const lines = isStreamLabel || printed.logql.includes(' | json') ? printed.logql : `${printed.logql} | json`;
  const range = printDuration((filter.untilNanos ?? nowNanos) - filter.fromNanos);
  const counts = `sum by (${label}) (count_over_time(${lines} [${range}]))`;
  return { ...printed, logql: limit === 0 ? `sort_desc(${counts})` : `topk(${limit}, ${counts})` };
}
