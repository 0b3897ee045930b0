// Front door of the log pipeline, the reference for all that is pushed down elsewhere: stages and one entry in, the entry's line and labels out.
export { allLabels } from './all-labels.ts';
export { compilePipeline } from './compile-pipeline.ts';
export type {
  CompiledPipeline,
  Entry,
  Labels,
  PipelineOptions,
  PipelineProblem,
  PipelineResult,
  UnwrappedValue,
  WantedLabels,
} from './entry.ts';
export { type Parsed, parseByteSize, parseFloat64, parseGoDuration } from './go-parse.ts';
export { compileMatcher } from './matcher.ts';
export { readUnwrap } from './unwrap.ts';
