// What flows between the nodes of a metric query: at each step every node gives one vector, or the problem that ends the query.
import type { MetricProblem } from './metric-problem.ts';
import type { Series } from './series.ts';

export interface Sample {
  readonly series: Series;
  readonly value: number;
  /** How many series it stands for, which the aggregation above does not tell apart; one when left out. */
  readonly count?: number;
}

/** In no promised order, except below `sort`. */
export type Vector = readonly Sample[];

export type StepResult =
  | { readonly ok: true; readonly vector: Vector }
  | { readonly ok: false; readonly problem: MetricProblem };

/** A part of a metric query. Steps are asked for once each and in the order of time, so windows can slide. */
export interface StepNode {
  readonly step: (index: number, timeNanos: bigint) => StepResult;
}
