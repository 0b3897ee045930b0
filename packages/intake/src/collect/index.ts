// Front door of collect: streams, followed files and webhook bodies on their way into ingest.
export { type ImportOptions, type ImportSummary, importStream } from './import/import-stream.ts';
