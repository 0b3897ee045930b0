// All series of one range aggregation with what each has inside the window (end - range, end]: sorted samples and rising ends in, windows out.
import type { EntrySeries } from './entry-series.ts';
import type { StoredSample } from './sample-store.ts';

export interface SeriesWindow {
  readonly of: EntrySeries;
  readonly nanos: bigint[];
  readonly values: number[];
  /** How many entries each value stands for; undefined while it is one. */
  weights: number[] | undefined;
  from: number;
  wholeSum: number;
}

export interface SlidingWindows {
  /** The windows that are not empty when the window ends here. Each sample enters and leaves once, however many steps there are. */
  readonly moveTo: (endNanos: bigint) => Iterable<SeriesWindow>;
}

/** What left a window is forgotten when this much of it has gathered. */
const COMPACT_AT = 1024;

export function createSlidingWindows(samples: readonly StoredSample[], rangeNanos: bigint): SlidingWindows {
  const windows = new Map<EntrySeries['series'], SeriesWindow>();
  const filled = new Set<SeriesWindow>();
  let entering = 0;
  let leaving = 0;

  function enter(sample: StoredSample): void {
    let window = windows.get(sample.of.series);
    if (window === undefined) {
      window = { of: sample.of, nanos: [], values: [], weights: undefined, from: 0, wholeSum: 0 };
      windows.set(sample.of.series, window);
    }
    if (sample.count !== undefined) window.weights ??= window.values.map(() => 1);
    window.weights?.push(sample.count ?? 1);
    window.nanos.push(sample.timeNanos);
    window.values.push(sample.value);
    window.wholeSum += sample.value;
    filled.add(window);
  }

  function leave(sample: StoredSample): void {
    const window = windows.get(sample.of.series);
    // A sample that was passed over, because steps lie further apart than the range, never entered.
    if (window === undefined || window.nanos[window.from] !== sample.timeNanos) return;
    window.wholeSum -= window.values[window.from] ?? 0;
    window.from++;
    if (window.from === window.values.length) {
      clear(window);
      filled.delete(window);
    } else if (window.from >= COMPACT_AT && window.from * 2 > window.values.length) {
      window.nanos.splice(0, window.from);
      window.values.splice(0, window.from);
      window.weights?.splice(0, window.from);
      window.from = 0;
    }
  }

  return {
    moveTo(endNanos) {
      const startNanos = endNanos - rangeNanos;
      for (let next = samples[entering]; next !== undefined && next.timeNanos <= endNanos; next = samples[entering]) {
        if (next.timeNanos > startNanos) enter(next);
        entering++;
      }
      for (let next = samples[leaving]; next !== undefined && next.timeNanos <= startNanos; next = samples[leaving]) {
        leave(next);
        leaving++;
      }
      return filled;
    },
  };
}

function clear(window: SeriesWindow): void {
  window.nanos.length = 0;
  window.values.length = 0;
  window.weights = undefined;
  window.from = 0;
  window.wholeSum = 0;
}
