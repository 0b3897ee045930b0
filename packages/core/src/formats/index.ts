// Front door of the formats: bytes of a line in, the fields of a record or a reason out.
export { type ParsedAuditLine, parseAuditLine } from './audit-v1/parse-audit-line.ts';
