// Front door of the questions.
export type { ExportFile, Query, RecordStream } from './query.ts';
