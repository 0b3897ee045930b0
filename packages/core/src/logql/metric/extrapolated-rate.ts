// rate_counter: how fast a counter grew inside a window, resets allowed for. Samples in the order of time in, growth per second out.
import type { SampleWindow } from './range-functions.ts';

/**
 * Prometheus' extrapolation with the units Loki feeds it: sample times in nanoseconds, the range in milliseconds, both divided by a
 * thousand. What is meant to reach from the first sample back to the start of the window therefore reaches back only a millionth
 * of it. The answer is Loki's, and dashboards were built on it; so is 0 for a single sample, where Prometheus says nothing.
 */
export function extrapolatedRate({ nanos, values, from }: SampleWindow, rangeNanos: bigint): number {
  const last = values.length - 1;
  const count = values.length - from;
  if (count < 2) return 0;
  const first = values[from] ?? 0;
  let growth = (values[last] ?? 0) - first;
  let previous = 0;
  for (let at = from; at <= last; at++) {
    const value = values[at] ?? 0;
    if (value < previous) growth += previous;
    previous = value;
  }
  let toStart = Number(rangeNanos / 1_000_000n) / 1000;
  const sampled = Number((nanos[last] ?? 0n) - (nanos[from] ?? 0n)) / 1000;
  const between = sampled / (count - 1);
  if (growth > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / growth));
  // To the end it is nothing: the window is taken to end at its last sample.
  const reached = sampled + (toStart < between * 1.1 ? toStart : between / 2) + (0 < between * 1.1 ? 0 : between / 2);
  return (growth * (reached / sampled)) / (Number(rangeNanos) / 1e9);
}
