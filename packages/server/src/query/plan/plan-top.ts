// Plan of the counting questions: top and stats -> one statement each.

import { FIELDS } from '@kubewitness/core/event';
import type { Filter, TopRequest } from '@kubewitness/core/wire';
import { planConditions, printWhere, type StoreFacts } from './plan-filter.ts';

/** Lists count each of their entries: one request of a user in three groups counts in all three. */
const LISTS: ReadonlySet<string> = new Set(['user_groups', 'source_ips']);

/** With `--last` only the newest N of what the filter keeps are counted. */
function printFrom(filter: Filter, columns: readonly string[], facts: StoreFacts): string {
  const where = printWhere(planConditions(filter, 'count', facts));
  if (filter.last === undefined) return `records ${where}`;
  const names = [...new Set([...columns, 'time'])].join(', ');
  return `(SELECT ${names} FROM records ${where} ORDER BY time DESC, record_id DESC LIMIT ${filter.last})`;
}

/** Quantiles are good to half a percent of their value, which costs a third of the time of better ones. */
export function printTop(request: TopRequest, facts: StoreFacts): string {
  const column = FIELDS.find((field) => field.by === request.by)?.column;
  if (column === undefined) throw new Error(`top by ${request.by}`);
  const value = LISTS.has(column) ? `arrayJoin(${column})` : column;
  const limit = request.limit === 0 ? '' : ` LIMIT ${request.limit}`;
  const from = printFrom(request.filter, [column, 'code', 'stage', 'duration_us'], facts);
  return `SELECT toString(value) AS value, n AS count, if(total = 0, 0, n / total) AS share,
  toDateTime64(first, 6, 'UTC') AS firstSeen, toDateTime64(last, 6, 'UTC') AS lastSeen, failures,
  if(isNaN(quantiles[1]), NULL, quantiles[1] / 1000000) AS p50Seconds, if(isNaN(quantiles[2]), NULL, quantiles[2] / 1000000) AS p95Seconds,
  toUInt64(total) AS total, toUInt64(distinct) AS distinct
FROM (
  SELECT ${value} AS value, count() AS n, min(time) AS first, max(time) AS last,
    countIf(code >= 400 OR stage = 'Panic') AS failures, quantilesBFloat16If(0.5, 0.95)(toFloat32(duration_us), duration_us >= 0) AS quantiles,
    sum(count()) OVER () AS total, count() OVER () AS distinct
  FROM ${from} GROUP BY value
)
ORDER BY count DESC, value${limit}`;
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
