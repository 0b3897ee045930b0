// Which streams there are and how much is in them: one grouped statement, no record leaves the engine. Selection in, label sets and sums out.
import type { Labels, StreamSum } from '@kubewitness/core/logql';
import type { Selection } from '../../loki/index.ts';
import { quoteInteger, readRows } from '../../store/index.ts';
import { QueryProblem } from '../query-problem.ts';
import { LABEL_COLUMNS, printSelection } from './label-sql.ts';
import { createStreamReader } from './read-entries.ts';
import type { EntryReader } from './select-entries.ts';

/** Streams, or steps of streams, in one answer; each is an object here. */
const MAX_SUMS = 200_000;

function tooMany(): QueryProblem {
  return new QueryProblem(
    'KW_QUERY_TOO_BIG',
    422,
    `The answer would name more than ${MAX_SUMS} streams, or steps of streams. Narrow it with a stream selector, a shorter time range or a longer step.`,
  );
}

/** The same stream is one object, so that what groups by it need not compare labels. */
function createPool(): (labels: Labels) => Labels {
  const known = new Map<string, Labels>();
  return (labels) => {
    const key = JSON.stringify(labels);
    const found = known.get(key) ?? labels;
    known.set(key, found);
    return found;
  };
}

async function readAll<T>(
  { database, limits }: EntryReader,
  sql: string,
  readRow: Parameters<typeof readRows<T>>[1],
  signal: AbortSignal,
): Promise<readonly T[]> {
  const rows: T[] = [];
  const chunks = await database.bytes(`${sql} LIMIT ${MAX_SUMS + 1} FORMAT RowBinary`, limits, signal);
  for await (const row of readRows(chunks, readRow)) rows.push(row);
  if (rows.length > MAX_SUMS) throw tooMany();
  return rows;
}

const LABELS = Object.values(LABEL_COLUMNS);
const NO_PUSHED_LABELS = "CAST(map(), 'Map(String, String)')";

/**
 * `columns` of each stream, and behind them what a stream reader reads. What was collected from one source into one batch is one stream: two
 * numbers are grouped by instead of five texts, which is some times faster. Of what was pushed the labels say everything.
 */
function printStreams(selection: Selection, columns: readonly string[], keys: readonly string[]): string {
  const where = printSelection(selection);
  const own = [...columns, '0 AS pushed', ...LABELS.map((name) => `any(${name})`), NO_PUSHED_LABELS];
  const pushed = [...columns, '1 AS pushed', ...LABELS.map(() => "''"), 'labels'];
  return `SELECT ${own.join(', ')} FROM records WHERE ${where} AND source_kind != 'push' GROUP BY ${[...keys, 'batch', 'batch_source'].join(', ')}
UNION ALL
SELECT ${pushed.join(', ')} FROM records WHERE ${where} AND source_kind = 'push' GROUP BY ${[...keys, 'labels'].join(', ')}`;
}

export async function selectStreams(
  reader: EntryReader,
  selection: Selection,
  signal: AbortSignal,
): Promise<readonly Labels[]> {
  if (reader.isEmpty?.(selection) === true) return [];
  const sql = `SELECT DISTINCT * FROM (${printStreams(selection, [], [])})`;
  return readAll(reader, sql, createStreamReader(), signal);
}

/** Times are cut to steps from 1970 on. */
export async function selectSums(
  reader: EntryReader,
  selection: Selection,
  stepNanos: bigint | undefined,
  signal: AbortSignal,
): Promise<readonly StreamSum[]> {
  if (reader.isEmpty?.(selection) === true) return [];
  const step = stepNanos === undefined ? '0' : `intDiv(toUnixTimestamp64Nano(time), ${quoteInteger(stepNanos)})`;
  const columns = [`toInt64(${step}) AS step`, 'count() AS rows', 'sum(line_bytes) AS size'];
  const streams = printStreams(selection, columns, ['step']);
  const names = ['pushed', ...LABELS, 'labels'];
  const sql = `SELECT step, toUInt64(sum(rows)) AS entries, toUInt64(sum(size)) AS bytes, ${names.join(', ')}
FROM (${streams}) AS streams (step, rows, size, ${names.join(', ')}) GROUP BY step, ${names.join(', ')}`;
  const readLabels = createStreamReader();
  const pool = createPool();
  return readAll(
    reader,
    sql,
    (row) => {
      const timeNanos = row.int64() * (stepNanos ?? 1n);
      const [entries, bytes] = [Number(row.uint64()), Number(row.uint64())];
      return { timeNanos, entries, bytes, labels: pool(readLabels(row)) };
    },
    signal,
  );
}
