// Front door of the record model: fields, spellings, segments, identity, time.
export { type AuditFields, isFinished, LEVELS, MEMBERS, STAGES } from './audit-fields.ts';
export { type Authorization, parseAuthorization } from './authorization.ts';
export { type ParsedDuration, parseDuration, parseDurationNanos, parseMoment, printDuration } from './duration.ts';
export { type ExecRequest, NO_EXEC, parseExecRequest, parseQuery } from './exec-request.ts';
export { FIELDS, type Field } from './field-table.ts';
export {
  canonicalHead,
  IDENTITIES,
  IDENTITY_SEPARATOR,
  type Identity,
  type IdentityKind,
  printIdentity,
} from './identity.ts';
export { LATENCY_PREFIX, latencyMicros } from './latency.ts';
export { OWN_TENANT } from './own-tenant.ts';
export { deriveFromUri, parseRequestInfo, type RequestInfo } from './request-info.ts';
export {
  type BatchReport,
  DESCRIPTION_MARK,
  SEGMENT_COLUMNS,
  type Segment,
  type SegmentSource,
  type SourceCounts,
} from './segment.ts';
export { parseTimeNanos, printDay, printTime, printTimeNanos } from './time.ts';
export { printRequestUri } from './url-path.ts';
export { decodeAscii, decodeUtf8 } from './utf8.ts';
