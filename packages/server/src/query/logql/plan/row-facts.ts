// What is known of all rows, and what follows of a time: facts in, conditions and answers out. Pure.
import { quoteTime } from '../../../store/index.ts';
import type { StoredLabels } from './stored-labels.ts';

/** As many fresh rows are read line by line rather than looked at first: live sources land every half second. */
export const MAX_UNCHECKED_ROWS = 2000;

export interface RowFacts {
  /** Rows of later batches were not looked at. */
  readonly checkedBatch: number;
  /** Whether there are such rows. */
  readonly hasUnchecked: boolean;
  /** Nothing pushed was found outside of these times. */
  readonly pushed: TimeSpan | undefined;
  /** Nothing odd was found outside of these times. */
  readonly odd: TimeSpan | undefined;
  /** Of the rows that were looked at; undefined before that is known. */
  readonly labels: StoredLabels | undefined;
}

/** Both ends inclusive. */
export interface TimeSpan {
  readonly rows: number;
  readonly firstNanos: bigint;
  readonly lastNanos: bigint;
}

/** Whether something of the span can lie from start up to but not including end. */
export function overlaps(span: TimeSpan | undefined, startNanos: bigint, endNanos: bigint): boolean {
  return span !== undefined && span.firstNanos < endNanos && span.lastNanos >= startNanos;
}

/** Times of the odd rows in a range. */
export function printOddTimes(startNanos: bigint, endNanos: bigint): string {
  return `SELECT time FROM odd_rows WHERE time >= ${quoteTime(startNanos)} AND time < ${quoteTime(endNanos)}`;
}

/** So few that sorting them in memory is nothing. */
const FEW_ROWS = 20_000;

export function areFew({ pushed, odd }: RowFacts): boolean {
  return (pushed?.rows ?? 0) + (odd?.rows ?? 0) + MAX_UNCHECKED_ROWS <= FEW_ROWS;
}
