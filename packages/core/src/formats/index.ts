// Front door of the formats: bytes of a line in, the fields of a record or a reason out.
export { CALLER_NODE, CALLER_POD } from './audit-v1/audit-event.ts';
export { type ParsedAuditLine, parseAuditLine } from './audit-v1/parse-audit-line.ts';
export { parsePushJson } from './loki-push/parse-push-json.ts';
export { parsePushProto } from './loki-push/parse-push-proto.ts';
export { printLabelSet } from './loki-push/print-label-set.ts';
export {
  createEnvelopePrinter,
  createEnvelopeReader,
  type PushedLine,
  printPushedIdentityHead,
} from './loki-push/push-envelope.ts';
export type { ParsedPush, PushEntry, PushStream } from './loki-push/push-stream.ts';
export { type Unpacked, unpackSnappy } from './loki-push/snappy-block.ts';
export { parseOtlpJson } from './otlp-logs/parse-otlp-json.ts';
export { parseOtlpProto } from './otlp-logs/parse-otlp-proto.ts';
