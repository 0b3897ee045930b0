// The answer to a metric query as plain data: what the evaluator makes and the printer prints.
import type { Labels } from '../pipeline/entry.ts';

/** Times are whole milliseconds since 1970: what Loki's answers can say. */
export type MetricResult = ScalarResult | VectorResult | MatrixResult;

export interface ScalarResult {
  readonly kind: 'scalar';
  readonly timeMillis: number;
  readonly value: number;
}

/** Ordered by labels, or by value below `sort`. */
export interface VectorResult {
  readonly kind: 'vector';
  readonly timeMillis: number;
  readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
}

export interface MatrixResult {
  readonly kind: 'matrix';
  readonly series: readonly MatrixSeries[];
}

export interface MatrixSeries {
  readonly labels: Labels;
  /** In the order of time; steps without a sample are left out. */
  readonly points: readonly Point[];
}

export type Point = readonly [timeMillis: number, value: number];
