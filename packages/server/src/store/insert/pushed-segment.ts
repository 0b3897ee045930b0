// A segment that holds nothing but pushed entries: core/formats reads it out of its file, without the way through `staging` that other lines take.
import type { Segment } from '@kubewitness/core/event';
import { printSegmentFile } from './stage-batch.ts';

/** The engine's own parser finds no audit event in an envelope. */
export function isPushed(segment: Segment): boolean {
  return segment.sources.every((source) => source === undefined || source.kind === 'push');
}

/** As printSelectStaged counts, before anything is in `staging`: every row waits. */
export function printSelectWaiting(segment: Segment): string {
  return `SELECT source, toUInt32(count()) AS rows, rows AS waiting, 0 AS parsed, 0 AS distinct, 0 AS forSessions, '0' AS firstNanos, '0' AS lastNanos,
  toString(min(arrival)) AS firstArrival, toString(max(arrival)) AS lastArrival, [] AS days, [] AS partitions
FROM ${printSegmentFile(segment)} WHERE source > 0 GROUP BY source ORDER BY source`;
}

/** The columns of SELECT_ODD_LINES; rows of one source lie in the order of their arrival. */
export function printSelectPushed(segment: Segment): string {
  return `SELECT source, position, arrival, problem, line FROM ${printSegmentFile(segment)} WHERE source > 0 FORMAT RowBinary`;
}
