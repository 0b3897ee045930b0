// Front door of ingest: framing, and the way into the spool with room, refusal and durable acknowledgement.
export { ByteGather } from './byte-gather.ts';
export { compactJson } from './compact-json.ts';
export { type EventList, gatherCanonicalItem, isAuditVersion, type JsonProblem, parseEventList } from './event-list.ts';
export { FRAME_LIMITS, type FrameLimits, Framer } from './framer.ts';
export {
  type Admission,
  Ingest,
  type IngestOpening,
  type IngestOptions,
  openIngest,
  type Refusal,
} from './ingest.ts';
export { INGEST_LIMITS, type IngestLimits } from './ingest-limits.ts';
export { jsonAfterPrefix } from './line-shape.ts';
export type { LineSink } from './record-splitter.ts';
export { skipSpace } from './scan-json.ts';
export type { SourceLines } from './source-lines.ts';
