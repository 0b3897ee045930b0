// Front door of Loki's questions: the port that whoever keeps entries implements, its reference, limits, and what a push may hold.
export { acceptEntries } from './accept-entries.ts';
export { type Admitted, createAdmission, type PushAdmission } from './admit-push.ts';
export type { EntryStore, FollowedEntries, FreshEntries } from './entry-store.ts';
export { type LokiLimits, readLimits } from './limits.ts';
export { NO_STREAMS } from './push-words.ts';
export { createReferenceSource, type ReferenceOptions } from './reference-source.ts';
export {
  type Answered,
  type Appended,
  answeredWith,
  type FieldsQuestion,
  type LogQuestion,
  type LogRows,
  type LokiSource,
  type MetricAnswer,
  type MetricQuestion,
  type PatternsQuestion,
  type ReadFigures,
  refusedWith,
  type Selection,
  type SourceProblem,
  type TailQuestion,
  type VolumeRequest,
} from './source.ts';
