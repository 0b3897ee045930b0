// The last step of a batch: rows of `staging` -> `records`, each identity once, and what goes beside them.
import { RECORDS } from '../schema/tables.ts';
import type { SqlSettings } from '../sql/database.ts';
import { quoteLiteral, quoteTime } from '../sql/quote-literal.ts';
import { printSourceIndex, printSourceText, type SegmentGroup } from './segment-group.ts';

/** About a part for each segment, and rows in the order read, so that the first of equal records is the one kept. */
export const KEEP_SETTINGS: SqlSettings = {
  max_threads: 1,
  max_insert_threads: 1,
  async_insert: 0,
  min_insert_block_size_rows: 1_048_576,
  min_insert_block_size_bytes: 134_217_728,
  // The default of three minutes is too short on a machine whose disk is busy; the writer retries anyway.
  max_execution_time: 900,
};

/** Inclusive, nanoseconds since 1970. */
export interface TimeRange {
  readonly fromNanos: bigint;
  readonly toNanos: bigint;
}

export function printRange(range: TimeRange): string {
  return `time >= ${quoteTime(range.fromNanos)} AND time <= ${quoteTime(range.toNanos)}`;
}

/** The stored records that lie between a batch's smallest and largest time; undefined when there are none. */
export type Overlap = TimeRange | undefined;

export interface OverlapRow {
  readonly stored: number;
  readonly firstNanos: string;
  readonly lastNanos: string;
}

export function printSelectOverlap(range: TimeRange): string {
  return `SELECT toUInt64(count()) AS stored, toString(toUnixTimestamp64Nano(min(time))) AS firstNanos, toString(toUnixTimestamp64Nano(max(time))) AS lastNanos
FROM records WHERE ${printRange(range)}`;
}

/** The keys inside the overlap that are stored already: no more than the batch has, however many records the table has there. */
function printStoredKeys(overlap: TimeRange): string {
  const inside = printRange(overlap);
  return `SELECT time, record_id FROM records WHERE ${inside} AND (time, record_id) IN (SELECT time, record_id FROM staging WHERE ${inside})`;
}

/** How many of the batch's rows are stored already. Equal identity means equal time, so only rows inside the overlap can be. */
export function printCountStored(overlap: TimeRange): string {
  return `SELECT toUInt32(count()) AS stored FROM (${printStoredKeys(overlap)})`;
}

/** Hands the parts of these partitions over as they are: nothing is read or written again. Each partition appears at once. */
export function printMoveBatch(partitions: readonly string[]): string {
  const moves = partitions.map((id) => `MOVE PARTITION ID ${quoteLiteral(id)} TO TABLE records`);
  return `ALTER TABLE staging ${moves.join(', ')}`;
}

/** INSERT INTO records for the rows of `range` that are new (whole days, so that no insert meets more partitions than allowed). */
export function printCopyBatch(range: TimeRange, overlap: Overlap): string {
  const names = RECORDS.columns.map((column) => column.name).join(', ');
  const isNew =
    overlap === undefined
      ? ''
      : ` AND (NOT (${printRange(overlap)}) OR (time, record_id) NOT IN (${printStoredKeys(overlap)}))`;
  return `INSERT INTO records (${names}) SELECT ${names}
FROM staging WHERE ${printRange(range)}${isNew}
LIMIT 1 BY record_id`;
}

/** Sightings of stored records, of this batch or another, by a source that knows a host or a component which the stored row lacks. */
export function printKeepSightings(group: SegmentGroup, range: TimeRange): string {
  const text = (pick: Parameters<typeof printSourceText>[1]) => printSourceText(group, pick, 'group_source');
  const inside = `${printRange(range)} AND (time, record_id) IN (SELECT time, record_id FROM staging)`;
  return `INSERT INTO sightings SELECT record_id, time, host, component, name, position FROM (
  SELECT record_id, time, batch, ${text((source) => source.host)} AS host, ${text((source) => source.component)} AS component,
    ${text((source) => source.name)} AS name, position
  FROM (SELECT *, ${printSourceIndex(group)} AS group_source FROM staging WHERE ${printRange(range)})
)
WHERE (host != '' OR component != '')
  AND record_id IN (SELECT record_id FROM records WHERE ${inside} AND (host = '' OR component = ''))
  AND (record_id, batch) NOT IN (SELECT record_id, batch FROM records WHERE ${inside})
  AND record_id NOT IN (SELECT record_id FROM sightings WHERE record_id IN (SELECT record_id FROM staging))
LIMIT 1 BY record_id`;
}
