// Times cut so that every window is a whole number of pieces: steps and range in, the piece of a row as SQL out.
import { quoteInteger } from '../../../store/index.ts';

export interface TimeBuckets {
  /** Number of the row's piece; '0' when there is only one. */
  readonly sql: string;
  /** True of the rows that some window has; undefined when all have one. */
  readonly condition?: string;
  /** The last moment of a piece: no window has it without the rest of the piece. */
  readonly endNanos: (bucket: number) => bigint;
  /** How many there can be. */
  readonly count: number;
}

/**
 * Windows (end - range, end] for ends that lie a step apart. Starts repeat with the step, ends too, so a step has two pieces at most,
 * wherever it begins. `firstEndNanos`, `lastEndNanos`: of the windows, offset taken off.
 */
export function planBuckets(
  firstEndNanos: bigint,
  lastEndNanos: bigint,
  stepNanos: bigint | undefined,
  rangeNanos: bigint,
): TimeBuckets {
  const originNanos = firstEndNanos - rangeNanos;
  if (stepNanos === undefined || firstEndNanos === lastEndNanos) {
    return { sql: '0', endNanos: () => lastEndNanos, count: 1 };
  }
  // Nanoseconds since the first that is in a window.
  const since = `(toUnixTimestamp64Nano(time) - ${quoteInteger(originNanos + 1n)})`;
  const cut = rangeNanos % stepNanos;
  const step = quoteInteger(stepNanos);
  const steps = Number((lastEndNanos - originNanos) / stepNanos) + 1;
  if (cut === 0n) {
    return {
      sql: `intDiv(${since}, ${step})`,
      endNanos: (bucket) => originNanos + BigInt(bucket + 1) * stepNanos,
      count: steps,
    };
  }
  if (rangeNanos < stepNanos) {
    // Windows with gaps between them.
    return {
      sql: `intDiv(${since}, ${step})`,
      condition: `modulo(${since}, ${step}) < ${quoteInteger(rangeNanos)}`,
      endNanos: (bucket) => firstEndNanos + BigInt(bucket) * stepNanos,
      count: steps,
    };
  }
  return {
    sql: `intDiv(${since}, ${step}) * 2 + (modulo(${since}, ${step}) >= ${quoteInteger(cut)})`,
    endNanos: (bucket) => {
      const from = originNanos + BigInt(bucket >> 1) * stepNanos;
      return bucket % 2 === 0 ? from + cut : from + stepNanos;
    },
    count: steps * 2,
  };
}
