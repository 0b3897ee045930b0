// Runs the counting questions: top and stats -> answers of the HTTP contract.
import type { Filter, StatsAnswer, TopAnswer, TopRequest, TopRow } from '@kubewitness/core/wire';
import type { Database, SqlSettings } from '../../store/index.ts';
import type { StoreFacts } from '../plan/plan-filter.ts';
import { printStats, printTop, type TopGroup } from '../plan/plan-top.ts';

const SETTINGS: SqlSettings = { date_time_output_format: 'iso' };

export async function runTop(
  database: Database,
  request: TopRequest,
  facts: StoreFacts,
  limits: SqlSettings,
  signal: AbortSignal,
): Promise<TopAnswer> {
  const groups = await database.rows<TopGroup>(printTop(request, facts), { ...SETTINGS, ...limits }, signal);
  const total = groups[0]?.total ?? groups.reduce((sum, { count }) => sum + count, 0);
  return {
    by: request.by,
    total,
    distinct: groups[0]?.distinct ?? groups.length,
    rows: groups.map((group) => readGroup(group, total)),
  };
}

/** In the order of the contract. */
function readGroup({ value, count, firstSeen, lastSeen, failures, micros }: TopGroup, total: number): TopRow {
  const [p50, p95] = micros;
  const seconds = { p50Seconds: toSeconds(p50), p95Seconds: toSeconds(p95) };
  return { value, count, share: count / total, firstSeen, lastSeen, failures, ...seconds };
}

/** Null: no record of the group has a duration. */
const toSeconds = (micros: number | null): number | null => (micros === null ? null : micros / 1_000_000);

type Tally = Readonly<Record<string, number>>;
interface StatsRow {
  readonly records: number;
  readonly failures: number;
  readonly users: number;
  readonly oldest: string;
  readonly newest: string;
  readonly codes: Tally;
  readonly verbs: Tally;
  readonly stages: Tally;
  readonly levels: Tally;
  readonly decisions: Tally;
  readonly quantiles: readonly number[];
  readonly longest: number;
}

function sortTally(tally: Tally): { value: string; count: number }[] {
  return Object.entries(tally)
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

export async function runStats(
  database: Database,
  filter: Filter,
  facts: StoreFacts,
  limits: SqlSettings,
  signal: AbortSignal,
): Promise<StatsAnswer> {
  const [row] = await database.rows<StatsRow>(printStats(filter, facts), { ...SETTINGS, ...limits }, signal);
  if (row === undefined) throw new Error('an aggregation without groups gave no row');
  const some = row.records > 0;
  return {
    records: row.records,
    failures: row.failures,
    users: row.users,
    oldest: some ? row.oldest : null,
    newest: some ? row.newest : null,
    codes: sortTally(row.codes),
    verbs: sortTally(row.verbs),
    stages: sortTally(row.stages),
    levels: sortTally(row.levels),
    decisions: sortTally(row.decisions),
    durationSeconds: {
      p50: row.quantiles[0] ?? 0,
      p90: row.quantiles[1] ?? 0,
      p99: row.quantiles[2] ?? 0,
      max: row.longest,
    },
  };
}
