// A segment that holds nothing but pushed entries: core/formats reads it out of its file, without the way through `staging` that other lines take.
import { printSegmentFiles, type SegmentGroup } from './segment-group.ts';

/** As printSelectStaged counts, before anything is in `staging`: every row waits. */
export function printSelectWaiting(group: SegmentGroup): string {
  return `SELECT source, toUInt32(count()) AS rows, rows AS waiting, 0 AS forSessions, '0' AS firstNanos, '0' AS lastNanos,
  toString(min(arrival)) AS firstArrival, toString(max(arrival)) AS lastArrival, [] AS days, [] AS partitions
FROM ${printSegmentFiles(group)} GROUP BY source ORDER BY source`;
}

/** The columns of SELECT_ODD_LINES; rows of one source lie in the order of their arrival. */
export function printSelectPushed(group: SegmentGroup): string {
  return `SELECT source, position, arrival, problem, line FROM ${printSegmentFiles(group)} FORMAT RowBinary`;
}
