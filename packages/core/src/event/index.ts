// Front door of the record model: fields, spellings, segments, identity, time.
export { type AuditFields, isFinished, LEVELS, STAGES } from './audit-fields.ts';
export { FIELDS, type Field } from './field-table.ts';
export {
  type BatchReport,
  SEGMENT_COLUMNS,
  type Segment,
  type SegmentSource,
  type SourceCounts,
} from './segment.ts';
