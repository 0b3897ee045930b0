// Runs the SQL of partial sums: plan, split of rows and times in; labels, moment and value of each sum out, with what the engine read.
import type { Selection } from '../../../loki/index.ts';
import type { Database, SqlSettings } from '../../../store/index.ts';
import { askCompact, type Statement } from './ask-compact.ts';
import type { GroupPick } from './find-pick.ts';
import { type RangeSums, STREAM_LABELS } from './plan-range.ts';
import { printKnownSelection, type StoredLabels } from './stored-labels.ts';
import type { TimeBuckets } from './time-buckets.ts';

export interface PartialSum {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly timeNanos: bigint;
  readonly value: number;
  /** Of the rows that have the value; undefined where it was made of all of them. */
  readonly count?: number;
}

export interface SumsWanted {
  readonly plan: RangeSums;
  readonly selection: Selection;
  /** Of every row in the store; undefined where that is not known. */
  readonly labels: StoredLabels | undefined;
  readonly buckets: TimeBuckets;
  /** Conditions of the rows that SQL answers for. */
  readonly sound: readonly string[];
  /** Pushed streams can be among them. */
  readonly mayBePushed: boolean;
  /** Sums asked for. */
  readonly limit: number;
  /** Only those with the first values are wanted. */
  readonly pick: GroupPick | undefined;
}

type Cell = string | number | boolean | Readonly<Record<string, string>>;

function listGroups({ plan, mayBePushed }: SumsWanted): readonly string[] {
  if (plan.series.kind === 'names') return plan.series.labels.map(({ sql }) => sql);
  const columns = STREAM_LABELS.map(([, column]) => column);
  return mayBePushed ? [...columns, "source_kind = 'push'", 'labels'] : columns;
}

/** The rows that the sums are of. */
export function printSumsWhere({ plan, selection, labels, buckets, sound }: SumsWanted): string {
  const inWindow = buckets.condition === undefined ? [] : [buckets.condition];
  return [printKnownSelection(selection, labels), ...inWindow, ...sound, ...plan.conditions].join(' AND ');
}

export function printSums(wanted: SumsWanted): string {
  const { plan, buckets, limit } = wanted;
  // A constant is no key to group by: one group has nothing to be told apart by.
  const groups = listGroups(wanted);
  const { kind, sql: value, beside } = plan.value;
  const keys = [
    ...groups,
    ...(kind === 'each' && beside !== undefined ? [beside] : []),
    ...(buckets.count === 1 ? [] : [buckets.sql]),
  ].filter((key) => key !== "''");
  const columns = [...groups, ...(beside === undefined ? [] : [beside]), buckets.sql, value].map(
    (sql, index) => `${sql} AS out_${index}`,
  );
  const grouping = keys.length === 0 ? 'HAVING count() > 0' : `GROUP BY ${[...new Set(keys)].join(', ')}`;
  const { pick } = wanted;
  // In the order in which the reference meets them: sums of fractions depend on it.
  const order = `${buckets.sql === '0' ? '' : `${buckets.sql}, `}min(time) LIMIT ${limit}`;
  const first = pick === undefined ? order : `${value} ${pick.order} LIMIT ${pick.count} WITH TIES`;
  return `SELECT ${columns.join(', ')} FROM records WHERE ${printSumsWhere(wanted)} ${grouping} ORDER BY ${first} FORMAT JSONCompact`;
}

const printCell = (cell: Cell | undefined): string => (cell === undefined || cell === 0 ? '' : String(cell));

function* readNames(names: readonly string[], row: readonly Cell[]): Generator<readonly [string, string]> {
  for (const [index, name] of names.entries()) {
    const value = printCell(row[index]);
    if (value !== '') yield [name, value];
  }
}

function* readStream(removed: ReadonlySet<string>, row: readonly Cell[]): Generator<readonly [string, string]> {
  const pushed = row[STREAM_LABELS.length + 1];
  if (row[STREAM_LABELS.length] === 1 && typeof pushed === 'object') {
    for (const [name, value] of Object.entries(pushed)) if (!removed.has(name)) yield [name, value];
    return;
  }
  for (const [index, [name]] of STREAM_LABELS.entries()) {
    const value = printCell(row[index]);
    if (value !== '' && !removed.has(name)) yield [name, value];
  }
}

/** Undefined: the value is no number. */
function readSum({ plan, buckets }: SumsWanted, row: readonly Cell[]): PartialSum | undefined {
  const { series, value } = plan;
  const last = String(row[row.length - 1]);
  const beside = String(row[row.length - 3]);
  const number = value.read(value.kind === 'each' ? beside : last);
  if (number === undefined) return undefined;
  const isMoment = value.kind === 'first' || value.kind === 'last';
  return {
    labels: [...(series.kind === 'names' ? readNames(series.names, row) : readStream(series.removed, row))],
    timeNanos: isMoment ? BigInt(beside) : buckets.endNanos(Number(row[row.length - 2])),
    value: number,
    ...(value.kind === 'each' ? { count: Number(last) } : {}),
  };
}

/** No sums: some value is no number, of which the reference alone can tell. */
export async function runSums(
  database: Database,
  wanted: SumsWanted,
  limits: SqlSettings,
  signal: AbortSignal,
): Promise<{ readonly sums: readonly PartialSum[] | undefined; readonly statement: Statement }> {
  const settings = { ...limits, prefer_column_name_to_alias: 1 };
  const { data, statement } = await askCompact<readonly Cell[]>(
    database,
    { purpose: 'partial sums', sql: printSums(wanted), settings },
    signal,
  );
  const read = data.map((row) => readSum(wanted, row));
  const sums = read.filter((sum) => sum !== undefined);
  return { sums: sums.length < read.length ? undefined : sums, statement };
}
