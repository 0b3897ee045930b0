// Why a metric query has no answer: the HTTP status and the sentence Loki gives; no input, text out.
import type { Labels } from '../pipeline/entry.ts';
import { quoteGo } from '../syntax/index.ts';
import { compareTexts } from './series.ts';

export interface MetricProblem {
  readonly status: 400 | 500;
  readonly message: string;
}

export function tooManySeries(limit: number): MetricProblem {
  return {
    status: 400,
    message:
      `maximum number of series (${limit}) reached for a single query; consider reducing query cardinality by adding more ` +
      'specific stream selectors, reducing the time range, or aggregating results with functions like sum(), count() or topk()',
  };
}

/** Ours alone: Loki counts bytes and time instead, but this evaluator keeps what it reads. */
export function tooManySamples(limit: number): MetricProblem {
  return {
    status: 400,
    message: `the query would keep too many samples (limits-max-samples: ${limit}); consider adding more specific stream selectors or filters, or reduce the time range of the query`,
  };
}

/** Entries that failed in a stage must not be counted silently. */
export function pipelineError(error: string, labels: Labels): MetricProblem {
  const series = Object.entries(labels)
    .sort((left, right) => compareTexts(left[0], right[0]))
    .map(([name, value]) => `${name}=${quoteGo(value)}`);
  return {
    status: 400,
    message:
      `pipeline error: '${error}' for series: '{${series.join(', ')}}'.\n` +
      `Use a label filter to intentionally skip this error. (e.g | __error__!="${error}").\n` +
      'To skip all potential errors you can match empty errors.(e.g __error__="")\n' +
      'The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n',
  };
}

/** Loki answers 500 to a fault of the query here, and its clients know it so. */
export function manyToMany(side: 'left' | 'right'): MetricProblem {
  return {
    status: 500,
    message: `found duplicate series on the ${side} hand-side;many-to-many matching not allowed: matching labels must be unique on one side`,
  };
}

export const MANY_TO_ONE: MetricProblem = {
  status: 500,
  message: 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
};

export const GROUPING_NOT_UNIQUE: MetricProblem = {
  status: 500,
  message: 'multiple matches for labels: grouping labels must ensure unique matches',
};

/** Loki aggregates no number that stands by itself; only who wants its own answers is told so. The space at the end is its own, too. */
export const NO_LITERAL_OPERAND: MetricProblem = {
  status: 500,
  message: 'unexpected expr type (*syntax.LiteralExpr) for Evaluator type (*logql.DefaultEvaluator) ',
};

/** A sketch that Loki has switched off unless its operator asks for it; here only who wants Loki's own answers is told so. */
export const NO_APPROX_TOPK: MetricProblem = {
  status: 500,
  message: 'approx_topk is not enabled. See -limits.shard_aggregations',
};

export const STEP_NOT_POSITIVE: MetricProblem = {
  status: 400,
  message: 'zero or negative query resolution step widths are not accepted. Try a positive integer',
};

export function tooManyPoints(limit: number): MetricProblem {
  const grouped = String(limit).replace(/\B(?=(\d{3})+$)/g, ',');
  return {
    status: 400,
    message: `exceeded maximum resolution of ${grouped} points per time series. Try increasing the value of the step parameter`,
  };
}

/** Ours alone. */
export const TOO_DEEP: MetricProblem = {
  status: 400,
  message: 'the query is nested more than 1000 operations deep; split it or write it flatter',
};
