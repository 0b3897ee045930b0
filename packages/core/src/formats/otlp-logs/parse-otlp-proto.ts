// OTLP logs in protobuf (ExportLogsServiceRequest) -> streams as Loki maps them, or the sentence of the decoder.
import type { ParsedPush } from '../loki-push/push-stream.ts';
import {
  BYTES,
  eachField,
  eachInner,
  FIXED32,
  FIXED64,
  failProto,
  hasWire,
  type ProtoReader,
  type ProtoTag,
  protoReader,
  readBytes,
  readDouble,
  readFixed,
  readString,
  readVarint,
  VARINT,
} from '../protobuf/proto-reader.ts';
import { printBase64, printHex } from './byte-text.ts';
import { mapToStreams } from './map-to-streams.ts';
import type { OtlpRecord, OtlpResource, OtlpScope } from './otlp-record.ts';
import { MAX_VALUE_DEPTH, NO_VALUE, type OtlpPair, type OtlpValue } from './otlp-value.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Take = (reader: ProtoReader, tag: ProtoTag) => void;
/** What to do with a field: its wire type, its name for a fault, and who takes it. */
type FieldTable = Readonly<Record<number, readonly [wire: number, name: string, take: Take]>>;

function readFields(outer: ProtoReader, message: string, fields: FieldTable): void {
  eachInner(outer, message, (reader, tag) => takeField(reader, tag, fields));
}

function takeField(reader: ProtoReader, tag: ProtoTag, fields: FieldTable): boolean {
  const row = fields[tag.field];
  if (row === undefined) return false;
  const [wire, name, take] = row;
  if (hasWire(reader, tag, wire, name)) take(reader, tag);
  return true;
}

function readValue(outer: ProtoReader, depth: number): OtlpValue {
  let value: OtlpValue = NO_VALUE;
  if (depth > MAX_VALUE_DEPTH) {
    failProto(outer, `proto: AnyValue: nested deeper than ${MAX_VALUE_DEPTH}`);
    return value;
  }
  readFields(outer, 'AnyValue', {
    1: [BYTES, 'StringValue', (r) => (value = { kind: 'text', text: readString(r) })],
    2: [VARINT, 'BoolValue', (r) => (value = { kind: 'bool', value: readVarint(r) !== 0n })],
    3: [VARINT, 'IntValue', (r) => (value = { kind: 'int', value: BigInt.asIntN(64, readVarint(r)) })],
    4: [FIXED64, 'DoubleValue', (r) => (value = { kind: 'double', value: readDouble(r) })],
    5: [BYTES, 'ArrayValue', (r) => (value = { kind: 'list', items: readList(r, depth) })],
    6: [BYTES, 'KvlistValue', (r) => (value = { kind: 'map', pairs: readMap(r, depth) })],
    7: [BYTES, 'BytesValue', (r) => (value = { kind: 'bytes', base64: printBase64(readBytes(r)) })],
  });
  return value;
}

function readList(outer: ProtoReader, depth: number): OtlpValue[] {
  const items: OtlpValue[] = [];
  readFields(outer, 'ArrayValue', { 1: [BYTES, 'Values', (r) => items.push(readValue(r, depth + 1))] });
  return items;
}

function readMap(outer: ProtoReader, depth: number): OtlpPair[] {
  const pairs: OtlpPair[] = [];
  readFields(outer, 'KeyValueList', { 1: [BYTES, 'Values', (r) => pairs.push(readPair(r, depth + 1))] });
  return pairs;
}

function readPair(outer: ProtoReader, depth: number): OtlpPair {
  let key = '';
  let value: OtlpValue = NO_VALUE;
  readFields(outer, 'KeyValue', {
    1: [BYTES, 'Key', (r) => (key = readString(r))],
    2: [BYTES, 'Value', (r) => (value = readValue(r, depth))],
  });
  return { key, value };
}

const readNumber = (reader: ProtoReader): number => Number(BigInt.asUintN(32, readVarint(reader)));

function readRecord(outer: ProtoReader): OtlpRecord {
  const attributes: OtlpPair[] = [];
  const record: Mutable<OtlpRecord> = {
    timeNanos: 0n,
    observedNanos: 0n,
    severityNumber: 0,
    severityText: '',
    body: NO_VALUE,
    attributes,
    droppedAttributes: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    eventName: '',
  };
  readFields(outer, 'LogRecord', {
    1: [FIXED64, 'TimeUnixNano', (r) => (record.timeNanos = readFixed(r, 8))],
    2: [VARINT, 'SeverityNumber', (r) => (record.severityNumber = readNumber(r))],
    3: [BYTES, 'SeverityText', (r) => (record.severityText = readString(r))],
    5: [BYTES, 'Body', (r) => (record.body = readValue(r, 0))],
    6: [BYTES, 'Attributes', (r) => attributes.push(readPair(r, 0))],
    7: [VARINT, 'DroppedAttributesCount', (r) => (record.droppedAttributes = readNumber(r))],
    8: [FIXED32, 'Flags', (r) => (record.flags = Number(readFixed(r, 4)))],
    9: [BYTES, 'TraceId', (r) => (record.traceId = printHex(readBytes(r)))],
    10: [BYTES, 'SpanId', (r) => (record.spanId = printHex(readBytes(r)))],
    11: [FIXED64, 'ObservedTimeUnixNano', (r) => (record.observedNanos = readFixed(r, 8))],
    12: [BYTES, 'EventName', (r) => (record.eventName = readString(r))],
  });
  return record;
}

function readScope(outer: ProtoReader): OtlpScope {
  const attributes: OtlpPair[] = [];
  const records: OtlpRecord[] = [];
  const scope: Mutable<OtlpScope> = { name: '', version: '', attributes, droppedAttributes: 0, records };
  const fields: FieldTable = {
    1: [BYTES, 'Name', (r) => (scope.name = readString(r))],
    2: [BYTES, 'Version', (r) => (scope.version = readString(r))],
    3: [BYTES, 'Attributes', (r) => attributes.push(readPair(r, 0))],
    4: [VARINT, 'DroppedAttributesCount', (r) => (scope.droppedAttributes = readNumber(r))],
  };
  readFields(outer, 'ScopeLogs', {
    1: [BYTES, 'Scope', (r) => readFields(r, 'InstrumentationScope', fields)],
    2: [BYTES, 'LogRecords', (r) => records.push(readRecord(r))],
  });
  return scope;
}

function readResource(outer: ProtoReader): OtlpResource {
  const attributes: OtlpPair[] = [];
  const scopes: OtlpScope[] = [];
  const fields: FieldTable = { 1: [BYTES, 'Attributes', (r) => attributes.push(readPair(r, 0))] };
  readFields(outer, 'ResourceLogs', {
    1: [BYTES, 'Resource', (r) => readFields(r, 'Resource', fields)],
    2: [BYTES, 'ScopeLogs', (r) => scopes.push(readScope(r))],
  });
  return { attributes, scopes };
}

export function parseOtlpProto(bytes: Uint8Array, nowNanos: bigint): ParsedPush {
  const reader = protoReader(bytes, 'ExportLogsServiceRequest');
  const resources: OtlpResource[] = [];
  const fields: FieldTable = { 1: [BYTES, 'ResourceLogs', (r) => resources.push(readResource(r))] };
  eachField(reader, (tag) => takeField(reader, tag, fields));
  if (reader.problem !== '') return { ok: false, problem: reader.problem };
  return { ok: true, streams: mapToStreams(resources, nowNanos), problems: [] };
}
