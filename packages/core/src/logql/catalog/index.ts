// The front door of the catalogue: what a store holds, as Loki's other read endpoints ask; streams, entries or rows in, lists and figures out.
export { type DetectedField, detectFields, detectFieldValues } from './detect-fields.ts';
export type { FieldType } from './field-type.ts';
export { type DetectedLabel, detectLabels, listLabelNames, listLabelValues, listStreams } from './list-labels.ts';
export {
  type IndexStats,
  measureStats,
  measureVolume,
  measureVolumeRange,
  type StreamSum,
  sumStreams,
  type VolumeQuestion,
} from './measure-volume.ts';
export { createPatternFinder, findPatterns, type LinePattern, type PatternLimits } from './patterns.ts';
export { createStreamMatcher } from './stream-matcher.ts';
