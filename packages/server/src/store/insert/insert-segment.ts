// A segment becomes a batch: segment file -> records, quarantine, counts. Replaying it at any point changes nothing.
import { rm } from 'node:fs/promises';
import type { BatchReport, Segment } from '@kubewitness/core/event';
import type { Database, SqlSettings } from '../sql/database.ts';
import {
  countBatch,
  printAddToDiscards,
  printSelectStored,
  SELECT_STAGED,
  type StagedRow,
  type StoredRow,
} from './count-batch.ts';
import {
  type Overlap,
  type OverlapRow,
  printKeepOnce,
  printKeepQuarantine,
  printKeepSightings,
  printSelectOverlap,
  type TimeRange,
} from './keep-once.ts';
import { printStageOddRows, SELECT_ODD_LINES, writeOddRows } from './odd-lines.ts';
import { printStageSegment } from './stage-segment.ts';

/** An insert may not meet more partitions (days) than this; ClickHouse's own limit is 100. */
const MAX_DAYS_PER_INSERT = 50;
const DAY_NANOS = 86_400_000_000_000n;

const STAGE_SETTINGS: SqlSettings = { max_threads: 2, max_insert_threads: 1 };
/** One part per insert, and rows in the order read, so that the first of equal records is the one kept. */
const KEEP_SETTINGS: SqlSettings = {
  max_threads: 1,
  max_insert_threads: 1,
  async_insert: 0,
  min_insert_block_size_rows: 1_048_576,
  min_insert_block_size_bytes: 536_870_912,
  // The default of three minutes is too short on a machine whose disk is busy; the writer retries anyway.
  max_execution_time: 900,
};

/** Whole days, at most `MAX_DAYS_PER_INSERT` in each. */
export function cutByDays(range: TimeRange, days: readonly number[]): TimeRange[] {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  if (sorted.length <= MAX_DAYS_PER_INSERT) return [range];
  const ranges: TimeRange[] = [];
  for (let i = 0; i < sorted.length; i += MAX_DAYS_PER_INSERT) {
    const group = sorted.slice(i, i + MAX_DAYS_PER_INSERT);
    const first = BigInt(group[0] ?? 0) * DAY_NANOS;
    const last = (BigInt(group.at(-1) ?? 0) + 1n) * DAY_NANOS - 1n;
    ranges.push({ fromNanos: first, toNanos: last });
  }
  return ranges;
}

function findRange(staged: readonly StagedRow[]): TimeRange | undefined {
  const parsed = staged.filter((row) => row.read > row.quarantined);
  if (parsed.length === 0) return undefined;
  const firsts = parsed.map((row) => BigInt(row.firstNanos));
  const lasts = parsed.map((row) => BigInt(row.lastNanos));
  return {
    fromNanos: firsts.reduce((a, b) => (a < b ? a : b)),
    toNanos: lasts.reduce((a, b) => (a > b ? a : b)),
  };
}

async function findOverlap(database: Database, range: TimeRange, signal: AbortSignal): Promise<Overlap> {
  const [row] = await database.rows<OverlapRow>(printSelectOverlap(range), undefined, signal);
  if (row === undefined || row.stored === 0) return undefined;
  return { fromNanos: BigInt(row.firstNanos), toNanos: BigInt(row.lastNanos) };
}

async function stage(
  database: Database,
  segment: Segment,
  nowNanos: bigint,
  signal: AbortSignal,
): Promise<StagedRow[]> {
  await database.command('TRUNCATE TABLE staging', undefined, signal);
  await database.command(printStageSegment(segment, nowNanos), STAGE_SETTINGS, signal);
  const staged = await database.rows<StagedRow>(SELECT_STAGED, undefined, signal);
  if (staged.every((row) => row.waiting === 0)) return staged;
  const path = `${segment.path}.odd`;
  try {
    await writeOddRows(await database.bytes(SELECT_ODD_LINES, {}, signal), path);
    await database.command(printStageOddRows(segment, path), STAGE_SETTINGS, signal);
  } finally {
    await rm(path, { force: true });
  }
  const again = await database.rows<StagedRow>(SELECT_STAGED, undefined, signal);
  // The waiting rows are still there, beside what core/formats made of them.
  return again.map((row) => ({ ...row, read: row.read - row.waiting }));
}

async function keep(
  database: Database,
  segment: Segment,
  staged: readonly StagedRow[],
  range: TimeRange,
  signal: AbortSignal,
): Promise<StoredRow[]> {
  let written = 0;
  const days = staged.flatMap((row) => row.days);
  for (const part of cutByDays(range, days)) {
    const overlap = await findOverlap(database, part, signal);
    written += await database.insert(printKeepOnce(segment, part, overlap), KEEP_SETTINGS, signal);
  }
  const wanted = staged.map((row) => ({ source: row.source, stored: row.read - row.quarantined }));
  // Every row was new: nothing has to be counted. Otherwise the table tells, also about a first try before a crash.
  if (written === wanted.reduce((sum, row) => sum + row.stored, 0)) return wanted;
  return database.rows<StoredRow>(printSelectStored(segment, range), undefined, signal);
}

/**
 * Stores a segment: every line is in `records` or in `quarantine` afterwards, each once.
 * Throws ClickHouseError when the engine refuses (disk full, memory), another error when it is away; the caller retries.
 */
export async function insertSegment(
  database: Database,
  segment: Segment,
  nowNanos: bigint,
  signal: AbortSignal,
): Promise<BatchReport> {
  if (segment.rows === 0) return { number: segment.number, counts: [], firstArrivalMicros: undefined };
  const staged = await stage(database, segment, nowNanos, signal);
  if (staged.some((row) => row.quarantined > 0)) {
    await database.command(printKeepQuarantine(segment), KEEP_SETTINGS, signal);
  }
  const range = findRange(staged);
  const stored = range === undefined ? [] : await keep(database, segment, staged, range, signal);
  const counts = countBatch(segment, staged, stored);
  const knows = (count: (typeof counts)[number]) => count.source.host !== '' || count.source.component !== '';
  if (range !== undefined && counts.some((count) => count.duplicate > 0 && knows(count))) {
    await database.command(printKeepSightings(segment, range), KEEP_SETTINGS, signal);
  }
  if (counts.some((count) => count.duplicate > 0 || count.quarantined > 0)) {
    await database.command(printAddToDiscards(segment, staged, counts), KEEP_SETTINGS, signal);
  }
  const firstArrivalMicros = Math.min(...staged.map((row) => Number(row.firstArrival)));
  return { number: segment.number, counts, firstArrivalMicros };
}
