// Front door of the questions.
export { createQuery, type QueryOptions } from './create-query.ts';
export { createLokiSource } from './logql/create-loki-source.ts';
export type { ExplainQuestion } from './logql/plan/explain.ts';
export type { ExportFile, Query, RecordStream } from './query.ts';
export { QueryProblem } from './query-problem.ts';
export type { Landings } from './run/run-tail.ts';
