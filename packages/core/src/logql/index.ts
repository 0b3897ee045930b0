// The front door of LogQL: the grammar here, the reference evaluators beside it.

export {
  type MetricData,
  printDetectedLabels,
  printList,
  printMetric,
  printNames,
  printStreams,
  printStreamsText,
  type StreamRow,
} from './answer/index.ts';
export {
  createPatternFinder,
  createStreamMatcher,
  type DetectedField,
  type DetectedLabel,
  detectFields,
  detectFieldValues,
  detectLabels,
  type IndexStats,
  type LinePattern,
  listLabelNames,
  listLabelValues,
  listStreams,
  measureStats,
  measureVolume,
  measureVolumeRange,
  type StreamSum,
  sumStreams,
} from './catalog/index.ts';
export { checkLogql } from './check-logql.ts';
export {
  alignWindow,
  countUtf8Bytes,
  evaluateMetric,
  type KnownSeries,
  type MetricOutcome,
  type MetricRead,
  type MetricResult,
  type MetricWindow,
  prepareMetric,
  type SeriesGrouping,
  type StepAlignment,
} from './metric/index.ts';
export {
  allLabels,
  compilePipeline,
  type Entry,
  type Labels,
  type PipelineResult,
  readUnwrap,
} from './pipeline/index.ts';
export * from './syntax/index.ts';
