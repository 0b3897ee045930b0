// The functions over a window of samples: values in the order of time in, one number out. Windows are never empty.
import type { RangeAggregation } from '../syntax/index.ts';
import { extrapolatedRate } from './extrapolated-rate.ts';

/** The samples of one series inside the window; `from` moves up as time goes on. */
export interface SampleWindow {
  readonly nanos: readonly bigint[];
  readonly values: readonly number[];
  readonly from: number;
  /** Of the values; only right for whole numbers (counts, bytes), where taking away what left the window loses nothing. */
  readonly wholeSum: number;
}

export type RangeFunction = (window: SampleWindow) => number;

const NANOS_PER_SECOND = 1e9;

export function selectRangeFunction(query: RangeAggregation): RangeFunction {
  const seconds = Number(query.rangeNanos) / NANOS_PER_SECOND;
  switch (query.operation) {
    case 'count_over_time':
    case 'bytes_over_time':
      return (window) => window.wholeSum;
    case 'bytes_rate':
      return (window) => window.wholeSum / seconds;
    case 'rate':
      return query.unwrap === undefined ? (window) => window.wholeSum / seconds : (window) => sum(window) / seconds;
    case 'rate_counter':
      return (window) => extrapolatedRate(window, query.rangeNanos);
    case 'sum_over_time':
      return sum;
    case 'avg_over_time':
      return average;
    case 'min_over_time':
      return (window) => extreme(window, (value, best) => value < best);
    case 'max_over_time':
      return (window) => extreme(window, (value, best) => value > best);
    case 'stdvar_over_time':
      return variance;
    case 'stddev_over_time':
      return (window) => Math.sqrt(variance(window));
    case 'quantile_over_time':
      return ({ values, from }) => quantile(query.parameter ?? Number.NaN, values.slice(from));
    case 'first_over_time':
      return ({ values, from }) => values[from] ?? Number.NaN;
    case 'last_over_time':
      return ({ values }) => values[values.length - 1] ?? Number.NaN;
    case 'absent_over_time':
      return () => 1;
  }
}

function sum({ values, from }: SampleWindow): number {
  let total = 0;
  for (let at = from; at < values.length; at++) total += values[at] ?? 0;
  return total;
}

/** A running mean, so that a sum of great values does not overflow; infinite once a value was. */
function average({ values, from }: SampleWindow): number {
  let mean = 0;
  let count = 0;
  for (let at = from; at < values.length; at++) {
    count++;
    mean = addToMean(mean, values[at] ?? 0, count);
  }
  return mean;
}

/** The mean of `count` values when the one of all but the last is known. */
export function addToMean(mean: number, value: number, count: number): number {
  if (Math.abs(mean) === Number.POSITIVE_INFINITY) {
    // The same infinity, or a finite value: stays. The other one or NaN: no number.
    if (mean === value || Number.isFinite(value)) return mean;
  }
  return mean + (value / count - mean / count);
}

function extreme({ values, from }: SampleWindow, better: (value: number, best: number) => boolean): number {
  let best = values[from] ?? Number.NaN;
  for (let at = from + 1; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    // A number is better than none.
    if (better(value, best) || Number.isNaN(best)) best = value;
  }
  return best;
}

/** Welford's way: no difference of great sums. Of the whole population, as Prometheus has it. */
function variance({ values, from }: SampleWindow): number {
  let mean = 0;
  let squares = 0;
  let count = 0;
  for (let at = from; at < values.length; at++) {
    const value = values[at] ?? 0;
    count++;
    const delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  return squares / count;
}

/** Linear between the two nearest ranks; out of [0, 1] it is infinite. Takes the array over and sorts it, NaN first. */
export function quantile(q: number, values: number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  values.sort((left, right) => (Number.isNaN(left) ? -1 : Number.isNaN(right) ? 1 : left - right));
  const rank = q * (values.length - 1);
  const below = Math.floor(rank);
  const above = Math.min(values.length - 1, below + 1);
  const weight = rank - below;
  return (values[below] ?? Number.NaN) * (1 - weight) + (values[above] ?? Number.NaN) * weight;
}
