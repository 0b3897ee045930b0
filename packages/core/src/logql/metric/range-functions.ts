// The functions over a window of samples: values in the order of time in, one number out. Windows are never empty.
import type { RangeAggregation } from '../syntax/index.ts';
import { extrapolatedRate } from './extrapolated-rate.ts';

/** The samples of one series inside the window; `from` moves up as time goes on. */
export interface SampleWindow {
  readonly nanos: readonly bigint[];
  readonly values: readonly number[];
  /** How many entries each value stands for; one when left out. Where it is given, their order is not known. */
  readonly weights?: readonly number[] | undefined;
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
      return ({ values, weights, from }) =>
        weights === undefined
          ? quantile(query.parameter ?? Number.NaN, values.slice(from))
          : weightedQuantile(query.parameter ?? Number.NaN, values.slice(from), weights.slice(from));
    case 'first_over_time':
      return ({ values, from }) => values[from] ?? Number.NaN;
    case 'last_over_time':
      return ({ values }) => values[values.length - 1] ?? Number.NaN;
    case 'absent_over_time':
      return () => 1;
  }
}

function sum({ values, weights, from }: SampleWindow): number {
  let total = 0;
  for (let at = from; at < values.length; at++) total += (values[at] ?? 0) * (weights?.[at] ?? 1);
  return total;
}

/** A running mean, so that a sum of great values does not overflow; infinite once a value was. */
function average({ values, weights, from }: SampleWindow): number {
  let mean = 0;
  let count = 0;
  for (let at = from; at < values.length; at++) {
    const weight = weights?.[at] ?? 1;
    count += weight;
    mean = addToMean(mean, values[at] ?? 0, count, weight);
  }
  return mean;
}

/** The mean of `count` values when the one of all but the last, or the last few that are equal, is known. */
export function addToMean(mean: number, value: number, count: number, weight = 1): number {
  if (Math.abs(mean) === Number.POSITIVE_INFINITY) {
    // The same infinity, or a finite value: stays. The other one or NaN: no number.
    if (mean === value || Number.isFinite(value)) return mean;
  }
  return mean + (value / count - mean / count) * weight;
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
function variance({ values, weights, from }: SampleWindow): number {
  let mean = 0;
  let squares = 0;
  let count = 0;
  for (let at = from; at < values.length; at++) {
    const value = values[at] ?? 0;
    const weight = weights?.[at] ?? 1;
    count += weight;
    const delta = value - mean;
    mean += (delta * weight) / count;
    squares += delta * weight * (value - mean);
  }
  return squares / count;
}

/** Linear between the two nearest ranks; out of [0, 1] it is infinite. Takes the array over and sorts it, NaN first. */
export function quantile(q: number, values: number[]): number {
  values.sort(upwards);
  return interpolate(q, values.length, (rank) => values[rank] ?? Number.NaN);
}

/** As if each value stood there as often as its weight says. */
function weightedQuantile(q: number, values: readonly number[], weights: readonly number[]): number {
  const order = [...values.keys()].sort((left, right) => upwards(values[left] ?? 0, values[right] ?? 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return interpolate(q, total, (rank) => {
    let passed = 0;
    for (const at of order) {
      passed += weights[at] ?? 0;
      if (rank < passed) return values[at] ?? Number.NaN;
    }
    return Number.NaN;
  });
}

const upwards = (left: number, right: number): number =>
  Number.isNaN(left) ? -1 : Number.isNaN(right) ? 1 : left - right;

function interpolate(q: number, count: number, valueAt: (rank: number) => number): number {
  if (count === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const rank = q * (count - 1);
  const below = Math.floor(rank);
  const above = Math.min(count - 1, below + 1);
  const weight = rank - below;
  return valueAt(below) * (1 - weight) + valueAt(above) * weight;
}
