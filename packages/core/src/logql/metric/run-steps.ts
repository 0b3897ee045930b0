// From the root of a metric query to its answer: every step's vector in, scalar, vector or matrix out.
import type { MetricProblem } from './metric-problem.ts';
import { tooManySeries } from './metric-problem.ts';
import type { MetricResult, Point } from './metric-result.ts';
import { compareLabels, type Series } from './series.ts';
import type { StepNode, Vector } from './vector.ts';

export type MetricOutcome =
  | { readonly ok: true; readonly result: MetricResult }
  | { readonly ok: false; readonly problem: MetricProblem };

export type MetricRoot =
  | { readonly kind: 'literal'; readonly value: number }
  /** `ordered`: a sort decides the order of an instant vector. */
  | { readonly kind: 'vectors'; readonly node: StepNode; readonly ordered: boolean };

const NANOS_PER_MILLI = 1_000_000n;

export function runSteps(
  root: MetricRoot,
  steps: readonly bigint[],
  kind: 'instant' | 'range',
  limits: { readonly maxSeries: number },
): MetricOutcome {
  if (root.kind === 'literal') return { ok: true, result: spreadLiteral(root.value, steps, kind) };
  return kind === 'instant'
    ? runInstant(root.node, steps[0] ?? 0n, root.ordered, limits.maxSeries)
    : runRange(root.node, steps, limits.maxSeries);
}

function runInstant(node: StepNode, timeNanos: bigint, ordered: boolean, maxSeries: number): MetricOutcome {
  const step = node.step(0, timeNanos);
  if (!step.ok) return step;
  if (step.vector.length > maxSeries) return { ok: false, problem: tooManySeries(maxSeries) };
  const samples = step.vector.map(({ series, value }) => ({ labels: series.labels, value }));
  if (!ordered) samples.sort((left, right) => compareLabels(left.labels, right.labels));
  return { ok: true, result: { kind: 'vector', timeMillis: toMillis(timeNanos), samples } };
}

function runRange(node: StepNode, steps: readonly bigint[], maxSeries: number): MetricOutcome {
  const points = new Map<Series, Point[]>();
  for (const [index, timeNanos] of steps.entries()) {
    const step = node.step(index, timeNanos);
    if (!step.ok) return step;
    addPoints(points, step.vector, toMillis(timeNanos));
    if (points.size > maxSeries) return { ok: false, problem: tooManySeries(maxSeries) };
  }
  const series = Array.from(points, ([{ labels }, ofSeries]) => ({ labels, points: ofSeries }));
  series.sort((left, right) => compareLabels(left.labels, right.labels));
  return { ok: true, result: { kind: 'matrix', series } };
}

function addPoints(points: Map<Series, Point[]>, vector: Vector, timeMillis: number): void {
  for (const { series, value } of vector) {
    const ofSeries = points.get(series);
    if (ofSeries === undefined) points.set(series, [[timeMillis, value]]);
    else ofSeries.push([timeMillis, value]);
  }
}

function spreadLiteral(value: number, steps: readonly bigint[], kind: 'instant' | 'range'): MetricResult {
  if (kind === 'instant') return { kind: 'scalar', timeMillis: toMillis(steps[0] ?? 0n), value };
  const points = steps.map((timeNanos): Point => [toMillis(timeNanos), value]);
  return { kind: 'matrix', series: [{ labels: {}, points }] };
}

function toMillis(nanos: bigint): number {
  return Number(nanos / NANOS_PER_MILLI);
}
