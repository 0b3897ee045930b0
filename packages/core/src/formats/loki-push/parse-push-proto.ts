// Loki's push body in protobuf (logproto.PushRequest, already unpacked from snappy) -> streams, or the sentence that Go's decoder gives.
import {
  BYTES,
  eachField,
  eachInner,
  failProto,
  hasWire,
  type ProtoReader,
  type ProtoTag,
  protoReader,
  readString,
  readVarint,
  VARINT,
} from '../protobuf/proto-reader.ts';
import { joinStreams, type RawStream } from './join-streams.ts';
import { createLabelMap, NO_METADATA, type ParsedPush, type PushEntry } from './push-stream.ts';

const NANOS_PER_SECOND = 1_000_000_000n;
/** What an int64 of nanoseconds can say; Loki's own times overflow outside of it. */
const MAX_SECONDS = 9_223_372_036n;

function readTimestamp(entry: ProtoReader): bigint {
  let seconds = 0n;
  let nanos = 0n;
  eachInner(entry, 'Timestamp', (reader, tag) => {
    if (tag.field !== 1 && tag.field !== 2) return false;
    if (!hasWire(reader, tag, VARINT, tag.field === 1 ? 'Seconds' : 'Nanos')) return true;
    if (tag.field === 1) seconds = BigInt.asIntN(64, readVarint(reader));
    else nanos = BigInt.asIntN(32, readVarint(reader));
    return true;
  });
  if (seconds > MAX_SECONDS || seconds < -MAX_SECONDS)
    failProto(entry, `timestamp: seconds: ${seconds} is out of range`);
  return seconds * NANOS_PER_SECOND + nanos;
}

function readMetadataPair(entry: ProtoReader): readonly [string, string] {
  let name = '';
  let value = '';
  eachInner(entry, 'LabelPairAdapter', (reader, tag) => {
    if (tag.field !== 1 && tag.field !== 2) return false;
    if (!hasWire(reader, tag, BYTES, tag.field === 1 ? 'Name' : 'Value')) return true;
    if (tag.field === 1) name = readString(reader);
    else value = readString(reader);
    return true;
  });
  return [name, value];
}

const ENTRY_FIELDS: Readonly<Record<number, string>> = { 1: 'Timestamp', 2: 'Line', 3: 'StructuredMetadata' };

function readEntry(stream: ProtoReader): PushEntry {
  let timeNanos = 0n;
  let line = '';
  let pairs: (readonly [string, string])[] | undefined;
  eachInner(stream, 'EntryAdapter', (reader, tag) => {
    const name = ENTRY_FIELDS[tag.field];
    if (name === undefined) return false;
    if (!hasWire(reader, tag, BYTES, name)) return true;
    if (tag.field === 1) timeNanos = readTimestamp(reader);
    else if (tag.field === 2) line = readString(reader);
    else {
      pairs ??= [];
      pairs.push(readMetadataPair(reader));
    }
    return true;
  });
  return { timeNanos, line, metadata: pairs === undefined ? NO_METADATA : createLabelMap(pairs) };
}

function readStream(reader: ProtoReader, streams: RawStream[]): void {
  let labels = '';
  const entries: PushEntry[] = [];
  const good = eachInner(reader, 'StreamAdapter', (inner: ProtoReader, tag: ProtoTag) => {
    if (tag.field !== 1 && tag.field !== 2) return false;
    if (!hasWire(inner, tag, BYTES, tag.field === 1 ? 'Labels' : 'Entries')) return true;
    if (tag.field === 1) labels = readString(inner);
    else entries.push(readEntry(inner));
    return true;
  });
  if (good) streams.push({ labels, entries });
}

/** Bounded by its input: each field costs at least a byte. */
export function parsePushProto(bytes: Uint8Array): ParsedPush {
  const reader = protoReader(bytes, 'PushRequest');
  const raw: RawStream[] = [];
  eachField(reader, (tag) => {
    if (tag.field !== 1) return false;
    if (hasWire(reader, tag, BYTES, 'Streams')) readStream(reader, raw);
    return true;
  });
  if (reader.problem !== '') return { ok: false, problem: reader.problem };
  return joinStreams(raw);
}
