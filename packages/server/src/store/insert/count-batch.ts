// Counts of batches: SQL that counts, and the rows of `discards` that add up what was not stored, exactly once per batch.
import type { SourceCounts } from '@kubewitness/core/event';
import { quoteInteger, quoteLiteral } from '../sql/quote-literal.ts';
import { printRange, type TimeRange } from './keep-once.ts';
import { printIsOfGroup, printSourceIndex, type SegmentGroup, sourceOf } from './segment-group.ts';

export interface StagedRow {
  /** Index in the sources of the group. */
  readonly source: number;
  /** Rows of the source in `staging`, those that wait included. */
  readonly rows: number;
  readonly waiting: number;
  /** Rows that do not wait and matter to sessions. */
  readonly forSessions: number;
  readonly firstNanos: string;
  readonly lastNanos: string;
  readonly firstArrival: string;
  readonly lastArrival: string;
  readonly days: readonly number[];
  readonly partitions: readonly string[];
}

/** A row of a source with what core/formats made of its lines. */
export interface ReadRow extends StagedRow {
  readonly read: number;
  readonly quarantined: number;
}

/**
 * One row per source: how many lines there are, how many wait, and the time range of what was parsed. Before core/formats
 * has seen them, time 0 marks the rows that wait; afterwards it is a time like others.
 */
export function printSelectStaged(group: SegmentGroup, someWait: boolean): string {
  const parsed = someWait ? "time != toDateTime64(0, 9, 'UTC')" : 'true';
  return `SELECT ${printSourceIndex(group)} AS source, toUInt32(count()) AS rows, toUInt32(countIf(NOT (${parsed}))) AS waiting,
  toUInt32(countIf(for_sessions)) AS forSessions,
  toString(toUnixTimestamp64Nano(minIf(time, ${parsed}))) AS firstNanos, toString(toUnixTimestamp64Nano(maxIf(time, ${parsed}))) AS lastNanos,
  toString(toUnixTimestamp64Micro(min(arrival))) AS firstArrival, toString(toUnixTimestamp64Micro(max(arrival))) AS lastArrival,
  groupUniqArrayIf(toUInt32(intDiv(toUnixTimestamp64Second(time), 86400)), ${parsed}) AS days, groupUniqArrayIf(_partition_id, ${parsed}) AS partitions
FROM staging GROUP BY source ORDER BY source`;
}

/** `distinct` counts halves of record ids, in half of the time: where they all differ, nothing comes twice. Once no row waits any more. */
export const COUNT_DISTINCT = 'SELECT toUInt32(uniqExact(reinterpretAsUInt64(record_id))) AS distinct FROM staging';

export interface StoredRow {
  readonly source: number;
  readonly stored: number;
}

/** Counted in the table itself, so that a batch replayed after a crash counts what it stored the first time. */
export function printSelectStored(group: SegmentGroup, range: TimeRange): string {
  return `SELECT ${printSourceIndex(group)} AS source, toUInt32(count()) AS stored FROM records
WHERE ${printIsOfGroup(group)} AND ${printRange(range)}
GROUP BY source`;
}

/** What became of a source's rows, and in which batch. */
export interface BatchCounts extends SourceCounts {
  readonly batch: number;
  /** Microseconds since 1970. */
  readonly firstArrival: number;
  readonly lastArrival: number;
}

export function countBatches(
  group: SegmentGroup,
  staged: readonly ReadRow[],
  stored: readonly StoredRow[],
): readonly BatchCounts[] {
  const storedBySource = new Map(stored.map((row) => [row.source, row.stored]));
  return staged.map((row) => {
    const kept = storedBySource.get(row.source) ?? 0;
    const { source, batch } = sourceOf(group, row.source);
    return {
      source,
      batch,
      firstArrival: Number(row.firstArrival),
      lastArrival: Number(row.lastArrival),
      read: row.read,
      stored: kept,
      duplicate: row.read - row.quarantined - kept,
      quarantined: row.quarantined,
      delaySeconds:
        row.read > row.quarantined ? (Number(row.lastArrival) - Number(row.lastNanos) / 1000) / 1e6 : undefined,
    };
  });
}

/**
 * Adds what was not stored to `discards`, except of batches that are in it already; they come in the order of their numbers.
 * One block, so that it is there as a whole or not at all.
 */
export function printAddToDiscards(counts: readonly BatchCounts[]): string {
  const rows = counts.map(({ source, batch, duplicate, quarantined, lastArrival }) => {
    const { kind, name, cluster, host, component } = source;
    const texts = [kind, name, cluster, host, component].map(quoteLiteral).join(', ');
    return `(${texts}, ${quoteInteger(batch)}, ${duplicate}, ${quarantined}, ${lastArrival})`;
  });
  return `INSERT INTO discards SELECT kind, name, cluster, host, component, batch, duplicate, quarantined, fromUnixTimestamp64Micro(arrival, 'UTC')
FROM VALUES('kind String, name String, cluster String, host String, component String, batch UInt64, duplicate UInt64, quarantined UInt64, arrival Int64', ${rows.join(', ')})
WHERE batch > (SELECT max(last_batch) FROM discards)`;
}
