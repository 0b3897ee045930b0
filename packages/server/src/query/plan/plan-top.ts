// Plan of the counting questions: top and stats -> one statement each.

import { FIELDS } from '@kubewitness/core/event';
import type { Filter, TopRequest, TopRow } from '@kubewitness/core/wire';
import { planConditions, printWhere, type StoreFacts } from './plan-filter.ts';

/** Lists count each of their entries: one request of a user in three groups counts in all three. */
const LISTS: ReadonlySet<string> = new Set(['user_groups', 'source_ips']);

/** A row of `printTop`: `total` and `distinct` are of all groups, and absent when all were asked for. */
export interface TopGroup extends Omit<TopRow, 'share' | 'p50Seconds' | 'p95Seconds'> {
  readonly micros: readonly [p50: number | null, p95: number | null];
  readonly total?: number;
  readonly distinct?: number;
}

/** With `--last` only the newest N of what the filter keeps are counted. */
function printFrom(filter: Filter, columns: readonly string[], facts: StoreFacts): string {
  const where = printWhere(planConditions(filter, 'count', facts));
  if (filter.last === undefined) return `records ${where}`;
  const names = [...new Set([...columns, 'time'])].join(', ');
  return `(SELECT ${names} FROM records ${where} ORDER BY time DESC, record_id DESC LIMIT ${filter.last})`;
}

/**
 * A row is a TopGroup. Quantiles are good to half a percent of their value, which costs a third of the time of better ones. What can be made of a row by
 * itself is left to the reader: each level and each expression of a statement takes the engine time to plan.
 */
export function printTop(request: TopRequest, facts: StoreFacts): string {
  const column = FIELDS.find((field) => field.by === request.by)?.column;
  if (column === undefined) throw new Error(`top by ${request.by}`);
  const value = LISTS.has(column) ? `arrayJoin(${column})` : column;
  const isWhole = request.limit === 0;
  const sums = isWhole ? '' : ',\n  toUInt64(sum(count()) OVER ()) AS total, toUInt64(count() OVER ()) AS distinct';
  const from = printFrom(request.filter, [column, 'code', 'stage', 'duration_us'], facts);
  return `SELECT toString(${value}) AS value, count() AS count,
  toDateTime64(min(time), 6, 'UTC') AS firstSeen, toDateTime64(max(time), 6, 'UTC') AS lastSeen,
  countIf(code >= 400 OR stage = 'Panic') AS failures, quantilesBFloat16If(0.5, 0.95)(toFloat32(duration_us), duration_us >= 0) AS micros${sums}
FROM ${from} GROUP BY ${value}
ORDER BY count DESC, value${isWhole ? '' : ` LIMIT ${request.limit}`}`;
}

const TALLIES = { codes: 'code', verbs: 'verb', stages: 'stage', levels: 'level', decisions: 'decision' } as const;

export function printStats(filter: Filter, facts: StoreFacts): string {
  const from = printFrom(filter, [...Object.values(TALLIES), 'username', 'duration_us'], facts);
  const tallies = Object.entries(TALLIES).map(
    ([name, column]) => `sumMap(map(toString(${column}), toUInt64(1))) AS ${name}`,
  );
  return `SELECT count() AS records, countIf(code >= 400 OR stage = 'Panic') AS failures, uniqExact(username) AS users,
  toDateTime64(min(time), 6, 'UTC') AS oldest, toDateTime64(max(time), 6, 'UTC') AS newest,
  ${tallies.join(', ')},
  arrayMap(x -> if(isNaN(x), 0, x / 1000000), quantilesTDigestIf(0.5, 0.9, 0.99)(duration_us, duration_us >= 0)) AS quantiles,
  maxIf(duration_us, duration_us >= 0) / 1000000 AS longest
FROM ${from}`;
}
