// What of a group is new: rows of `staging` beside those of `records`. Equal identity means equal time, so that only an overlap of times has to be searched.
import type { Database } from '../sql/database.ts';
import { COUNT_DISTINCT, printSelectStored, type ReadRow, type StoredRow } from './count-batch.ts';
import { type Overlap, type OverlapRow, printCountStored, printSelectOverlap, type TimeRange } from './keep-once.ts';
import { joinSegments, type SegmentGroup } from './segment-group.ts';
import { printKeys } from './stage-batch.ts';
import { stageKeys } from './stage-segments.ts';

export function findRange(staged: readonly ReadRow[]): TimeRange | undefined {
  const parsed = staged.filter((row) => row.read > row.quarantined);
  if (parsed.length === 0) return undefined;
  const firsts = parsed.map((row) => BigInt(row.firstNanos));
  const lasts = parsed.map((row) => BigInt(row.lastNanos));
  return {
    fromNanos: firsts.reduce((a, b) => (a < b ? a : b)),
    toNanos: lasts.reduce((a, b) => (a > b ? a : b)),
  };
}

export async function findOverlap(database: Database, range: TimeRange, signal: AbortSignal): Promise<Overlap> {
  const [row] = await database.rows<OverlapRow>(printSelectOverlap(range), undefined, signal);
  if (row === undefined || row.stored === 0) return undefined;
  return { fromNanos: BigInt(row.firstNanos), toNanos: BigInt(row.lastNanos) };
}

/** What to do with a batch: what is new in it depends on what is stored and on whether anything comes twice in it. */
export type Novelty = 'all' | 'some' | 'none';

export async function findNovelty(
  database: Database,
  staged: readonly ReadRow[],
  range: TimeRange,
  signal: AbortSignal,
): Promise<Novelty> {
  const [counted] = await database.rows<{ distinct: number }>(COUNT_DISTINCT, undefined, signal);
  const isOnce = counted?.distinct === staged.reduce((sum, row) => sum + row.read - row.quarantined, 0);
  const overlap = await findOverlap(database, range, signal);
  if (overlap === undefined) return isOnce ? 'all' : 'some';
  const [found] = await database.rows<{ stored: number }>(printCountStored(overlap), undefined, signal);
  if (found?.stored === 0) return isOnce ? 'all' : 'some';
  return found?.stored === counted?.distinct ? 'none' : 'some';
}

/** Below it the question whether a group is known costs as much as it saves. */
const MIN_KNOWN_BYTES = 4 * 1024 * 1024;
const SAMPLE_ROWS = 32;

async function looksKnown(database: Database, group: SegmentGroup, signal: AbortSignal): Promise<boolean> {
  const [first] = group.segments;
  if (first === undefined || group.segments.reduce((sum, { bytes }) => sum + bytes, 0) < MIN_KNOWN_BYTES) return false;
  const sample = `SELECT time, record_id FROM (${printKeys(joinSegments([first]))}) LIMIT ${SAMPLE_ROWS}`;
  const sql = `SELECT toUInt32(count()) AS known FROM records WHERE (time, record_id) IN (${sample})`;
  const settings = { max_block_size: SAMPLE_ROWS, max_threads: 1 };
  const [found] = await database.rows<{ known: number }>(sql, settings, signal);
  return (found?.known ?? 0) * 2 > Math.min(SAMPLE_ROWS, first.rows);
}

export interface KnownGroup {
  readonly staged: readonly ReadRow[];
  readonly range: TimeRange;
}

/**
 * A group whose every line an earlier batch has stored, as when a file is imported again: that is found out for a third of what storing
 * it costs. `staging` then holds the keys. Undefined for any other group, also for one that was stored itself before a crash.
 */
export async function findKnown(
  database: Database,
  group: SegmentGroup,
  signal: AbortSignal,
): Promise<KnownGroup | undefined> {
  if (!(await looksKnown(database, group, signal))) return undefined;
  const staged = await stageKeys(database, group, signal);
  const range = findRange(staged);
  if (range === undefined || (await findNovelty(database, staged, range, signal)) !== 'none') return undefined;
  const own = await database.rows<StoredRow>(printSelectStored(group, range), undefined, signal);
  return own.length === 0 ? { staged, range } : undefined;
}
