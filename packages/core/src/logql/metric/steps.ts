// The moments at which a metric query is answered: a window in, the list of its steps or a refusal out.
import { type MetricProblem, STEP_NOT_POSITIVE, tooManyPoints } from './metric-problem.ts';

/** `instant` answers once; `range` at start, start + step, … up to and including end. */
export type MetricWindow =
  | { readonly kind: 'instant'; readonly timeNanos: bigint }
  | { readonly kind: 'range'; readonly startNanos: bigint; readonly endNanos: bigint; readonly stepNanos: bigint };

/**
 * What becomes of a range whose ends are no multiples of the step. `split`: Loki cuts long queries into pieces and widens the ends to
 * do so, start down and end up. `align`: `align_queries_with_step`, both down, as LokiStack sets it. `none`: as asked.
 */
export type StepAlignment = 'none' | 'split' | 'align';

export type Steps =
  | { readonly ok: true; readonly times: readonly bigint[] }
  | { readonly ok: false; readonly problem: MetricProblem };

const NANOS_PER_SECOND = 1_000_000_000n;

/** A 250th of the range in whole seconds, at least one: what a query_range without `step` gets. */
export function defaultStepNanos(startNanos: bigint, endNanos: bigint): bigint {
  const seconds = (endNanos - startNanos) / 250n / NANOS_PER_SECOND;
  return (seconds > 1n ? seconds : 1n) * NANOS_PER_SECOND;
}

/** Loki looks at the range as it was asked, before it aligns it. */
export function findStepProblem(
  startNanos: bigint,
  endNanos: bigint,
  stepNanos: bigint,
  maxPoints: number,
): MetricProblem | undefined {
  if (stepNanos <= 0n) return STEP_NOT_POSITIVE;
  if ((endNanos - startNanos) / stepNanos > BigInt(maxPoints)) return tooManyPoints(maxPoints);
  return undefined;
}

export function alignWindow(window: MetricWindow, alignment: StepAlignment): MetricWindow {
  if (window.kind === 'instant' || alignment === 'none' || window.stepNanos <= 0n) return window;
  const { stepNanos } = window;
  const startNanos = floorTo(window.startNanos, stepNanos);
  const floored = floorTo(window.endNanos, stepNanos);
  const widen = alignment === 'split' && floored !== window.endNanos;
  return { ...window, startNanos, endNanos: widen ? floored + stepNanos : floored };
}

export function planSteps(window: MetricWindow, maxPoints: number): Steps {
  if (window.kind === 'instant') return { ok: true, times: [window.timeNanos] };
  // Aligning may add one point at the end; the limit is on what was asked.
  const problem = findStepProblem(window.startNanos, window.endNanos, window.stepNanos, maxPoints + 2);
  if (problem !== undefined) {
    return { ok: false, problem: window.stepNanos <= 0n ? STEP_NOT_POSITIVE : tooManyPoints(maxPoints) };
  }
  const times: bigint[] = [];
  for (let time = window.startNanos; time <= window.endNanos; time += window.stepNanos) times.push(time);
  return { ok: true, times };
}

function floorTo(nanos: bigint, step: bigint): bigint {
  const rest = nanos % step;
  return rest < 0n ? nanos - rest - step : nanos - rest;
}
