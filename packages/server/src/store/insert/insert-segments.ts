// Segments become batches: their files -> records, quarantine, counts. Replaying them at any point changes nothing.
import type { BatchReport, Segment } from '@kubewitness/core/event';
import type { Database } from '../sql/database.ts';
import { COPY_SETTINGS, COUNT_CHOSEN, KEEP_CHOSEN } from './copy-session-records.ts';
import {
  type BatchCounts,
  countBatches,
  printAddToDiscards,
  printSelectStored,
  type ReadRow,
  type StoredRow,
} from './count-batch.ts';
import { KEEP_SETTINGS, printCopyBatch, printKeepSightings, printMoveBatch, type TimeRange } from './keep-once.ts';
import { findKnown, findNovelty, findOverlap, findRange } from './novelty.ts';
import { joinSegments, type SegmentGroup } from './segment-group.ts';
import { prepareInserts, stageSegments } from './stage-segments.ts';

/** An insert may not meet more partitions (days) than this; ClickHouse's own limit is 100. */
const MAX_DAYS_PER_INSERT = 50;
const DAY_NANOS = 86_400_000_000_000n;

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

async function keep(
  database: Database,
  group: SegmentGroup,
  staged: readonly ReadRow[],
  range: TimeRange,
  mayMove: boolean,
  signal: AbortSignal,
): Promise<StoredRow[]> {
  const wanted = staged.map((row) => ({ source: row.source, stored: row.read - row.quarantined }));
  const novelty = await findNovelty(database, staged, range, signal);
  if (mayMove && novelty === 'all') {
    // Its parts become parts of `records` as they are. That is what nearly every batch is; a cluster's `records` lives elsewhere and takes copies.
    const partitions = [...new Set(staged.flatMap((row) => row.partitions))].sort();
    for (let i = 0; i < partitions.length; i += MAX_DAYS_PER_INSERT) {
      await database.command(printMoveBatch(partitions.slice(i, i + MAX_DAYS_PER_INSERT)), undefined, signal);
    }
    return wanted;
  }
  let written = 0;
  const days = staged.flatMap((row) => row.days);
  for (const part of novelty === 'none' ? [] : cutByDays(range, days)) {
    const overlap = await findOverlap(database, part, signal);
    written += await database.insert(printCopyBatch(part, overlap), KEEP_SETTINGS, signal);
  }
  // Every row was new: nothing has to be counted. Otherwise the table tells, also about a first try before a crash.
  if (written === wanted.reduce((sum, row) => sum + row.stored, 0)) return wanted;
  return database.rows<StoredRow>(printSelectStored(group, range), undefined, signal);
}

/** Throws when the view has not chosen all there are: sessions would miss them for ever, and the next try makes it anew. */
async function keepSessionRecords(database: Database, staged: readonly ReadRow[], signal: AbortSignal): Promise<void> {
  const wanted = staged.reduce((sum, row) => sum + row.forSessions, 0);
  if (wanted === 0) return;
  const [found] = await database.rows<{ chosen: number }>(COUNT_CHOSEN, undefined, signal);
  if (found?.chosen !== wanted) {
    await prepareInserts(database, signal);
    throw new Error(`of ${wanted} records that matter to sessions ${found?.chosen ?? 0} were chosen`);
  }
  await database.command(KEEP_CHOSEN, COPY_SETTINGS, signal);
}

export interface InsertOptions {
  /** Nanoseconds since 1970: an event more than a day ahead of it is odd. */
  readonly nowNanos: bigint;
  /** `records` lives in the same engine as `staging`. */
  readonly mayMove: boolean;
}

/**
 * Stores segments: every line is in `records` or in `quarantine` afterwards, each once. A report for each segment, in their order.
 * Throws ClickHouseError when the engine refuses (disk full, memory), another error when it is away; the caller retries.
 */
export async function insertSegments(
  database: Database,
  segments: readonly Segment[],
  { nowNanos, mayMove }: InsertOptions,
  signal: AbortSignal,
): Promise<readonly BatchReport[]> {
  const group = joinSegments(segments.filter((segment) => segment.rows > 0));
  if (group.segments.length === 0) return segments.map((segment) => report(segment, []));
  const known = await findKnown(database, group, signal);
  const staged = known?.staged ?? (await stageSegments(database, group, nowNanos, signal));
  const range = known?.range ?? findRange(staged);
  const stored =
    range === undefined || known !== undefined ? [] : await keep(database, group, staged, range, mayMove, signal);
  // What an earlier batch stored, that batch has brought to its sessions as well: batches come in order.
  if (stored.some((row) => row.stored > 0)) await keepSessionRecords(database, staged, signal);
  const counts = countBatches(group, staged, stored);
  const knows = (count: BatchCounts) => count.source.host !== '' || count.source.component !== '';
  if (range !== undefined && counts.some((count) => count.duplicate > 0 && knows(count))) {
    await database.command(printKeepSightings(group, range), KEEP_SETTINGS, signal);
  }
  if (counts.some((count) => count.duplicate > 0 || count.quarantined > 0)) {
    await database.command(printAddToDiscards(counts), KEEP_SETTINGS, signal);
  }
  return segments.map((segment) => report(segment, counts));
}

function report({ number }: Segment, all: readonly BatchCounts[]): BatchReport {
  const counts = all.filter(({ batch }) => batch === number);
  const firstArrivalMicros = counts.length === 0 ? undefined : Math.min(...counts.map((count) => count.firstArrival));
  return { number, counts, firstArrivalMicros };
}
