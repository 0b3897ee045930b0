// The front door of metric queries: a parsed query and entries in, Loki's answer as plain data out.
export { type EntrySource, evaluateMetric, type MetricRequest } from './evaluate-metric.ts';
export type { KnownSeries } from './known-series.ts';
export type { MetricProblem } from './metric-problem.ts';
export type { MatrixResult, MatrixSeries, MetricResult, Point, ScalarResult, VectorResult } from './metric-result.ts';
export { type MetricLimits, type MetricOptions, type PreparedMetric, prepareMetric } from './prepare-metric.ts';
export { countUtf8Bytes, type MetricRead } from './range-aggregation.ts';
export type { MetricOutcome } from './run-steps.ts';
export { compareLabels, compareTexts, readLabel } from './series.ts';
export { alignWindow, defaultStepNanos, findStepProblem, type MetricWindow, type StepAlignment } from './steps.ts';
export type { SeriesGrouping } from './wanted-labels.ts';
