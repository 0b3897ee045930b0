// ProtoReader: one pass over the fields of a protobuf message. Bytes in, fields out; the first fault ends the pass and is kept in Go's words.
import { decodeUtf8 } from '../../event/index.ts';

/** Not a class: nothing opens or closes. `problem` set means: stop, every later read gives nothing. */
export interface ProtoReader {
  readonly bytes: Uint8Array;
  /** For the words of a fault: `PushRequest`. */
  readonly message: string;
  readonly end: number;
  at: number;
  problem: string;
}

/** What stands on the wire; groups are skipped, and nothing else is known. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const START_GROUP = 3;
const END_GROUP = 4;
export const FIXED32 = 5;

/** Groups inside groups; more is an attack, since no sender of ours writes a single one. */
const MAX_GROUP_DEPTH = 32;
const UNEXPECTED_EOF = 'unexpected EOF';

export interface ProtoTag {
  readonly field: number;
  readonly wire: number;
}

export const protoReader = (bytes: Uint8Array, message: string, at = 0, end = bytes.length): ProtoReader => ({
  bytes,
  message,
  end,
  at,
  problem: '',
});

/** Keeps the first problem only. */
export function failProto(reader: ProtoReader, problem: string): undefined {
  if (reader.problem === '') reader.problem = problem;
  reader.at = reader.end;
}

/** The next tag, or undefined at the end or after a fault. */
export function readTag(reader: ProtoReader): ProtoTag | undefined {
  if (reader.at >= reader.end) return undefined;
  const tag = readVarint(reader);
  if (reader.problem !== '') return undefined;
  const wire = Number(tag & 7n);
  const field = Number(BigInt.asIntN(32, tag >> 3n));
  if (wire === END_GROUP) return failProto(reader, `proto: ${reader.message}: wiretype end group for non-group`);
  if (field <= 0) return failProto(reader, `proto: ${reader.message}: illegal tag ${field} (wire type ${tag})`);
  return { field, wire };
}

/** True when the tag has this wire type; else the fault is kept. */
export function hasWire(reader: ProtoReader, tag: ProtoTag, wire: number, name: string): boolean {
  if (tag.wire === wire) return true;
  failProto(reader, `proto: wrong wireType = ${tag.wire} for field ${name}`);
  return false;
}

/** Up to 64 bits, unsigned. */
export function readVarint(reader: ProtoReader): bigint {
  const { bytes, end } = reader;
  let low = 0;
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    if (reader.at >= end) {
      failProto(reader, UNEXPECTED_EOF);
      return 0n;
    }
    const byte = bytes[reader.at++] ?? 0;
    // Four groups of seven bits fit a small integer; most varints end there and need no BigInt arithmetic.
    if (index < 4) low |= (byte & 0x7f) << (7 * index);
    else value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return BigInt.asUintN(64, value | BigInt(low));
  }
  failProto(reader, 'proto: integer overflow');
  return 0n;
}

/** Bounds of a length-delimited field; the reader stands behind it afterwards. */
export function readSpan(reader: ProtoReader): { readonly from: number; readonly to: number } | undefined {
  const length = readVarint(reader);
  if (reader.problem !== '') return undefined;
  if (length > BigInt(Number.MAX_SAFE_INTEGER))
    return failProto(reader, 'proto: negative length found during unmarshaling');
  const from = reader.at;
  const to = from + Number(length);
  if (to > reader.end) return failProto(reader, UNEXPECTED_EOF);
  reader.at = to;
  return { from, to };
}

/** A message inside the message. */
export function readMessage(reader: ProtoReader, message: string): ProtoReader | undefined {
  const span = readSpan(reader);
  return span === undefined ? undefined : protoReader(reader.bytes, message, span.from, span.to);
}

export function readString(reader: ProtoReader): string {
  const span = readSpan(reader);
  return span === undefined ? '' : decodeUtf8(reader.bytes, span.from, span.to);
}

export function readBytes(reader: ProtoReader): Uint8Array {
  const span = readSpan(reader);
  return span === undefined ? new Uint8Array(0) : reader.bytes.subarray(span.from, span.to);
}

/** Little endian, 4 or 8 bytes, unsigned. */
export function readFixed(reader: ProtoReader, size: 4 | 8): bigint {
  if (reader.at + size > reader.end) {
    failProto(reader, UNEXPECTED_EOF);
    return 0n;
  }
  const view = new DataView(reader.bytes.buffer, reader.bytes.byteOffset + reader.at, size);
  reader.at += size;
  return size === 4 ? BigInt(view.getUint32(0, true)) : view.getBigUint64(0, true);
}

export function readDouble(reader: ProtoReader): number {
  const bits = readFixed(reader, 8);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** Passes over a field nobody asked for. */
export function skipField(reader: ProtoReader, tag: ProtoTag, depth = 0): undefined {
  if (tag.wire === VARINT) readVarint(reader);
  else if (tag.wire === FIXED64) readFixed(reader, 8);
  else if (tag.wire === BYTES) readSpan(reader);
  else if (tag.wire === FIXED32) readFixed(reader, 4);
  else if (tag.wire === START_GROUP) skipGroup(reader, depth + 1);
  else failProto(reader, `proto: illegal wireType ${tag.wire}`);
  return undefined;
}

function skipGroup(reader: ProtoReader, depth: number): undefined {
  if (depth > MAX_GROUP_DEPTH) return failProto(reader, 'proto: groups are nested too deeply');
  for (;;) {
    if (reader.at >= reader.end) return failProto(reader, UNEXPECTED_EOF);
    const tag = readVarint(reader);
    if (reader.problem !== '') return undefined;
    const wire = Number(tag & 7n);
    if (wire === END_GROUP) return undefined;
    skipField(reader, { field: Number(BigInt.asIntN(32, tag >> 3n)), wire }, depth);
    if (reader.problem !== '') return undefined;
  }
}

/** Runs over the fields of a message; `field` takes what it knows and answers false for the rest, which is skipped. */
export function eachField(reader: ProtoReader, field: (tag: ProtoTag) => boolean): void {
  for (let tag = readTag(reader); tag !== undefined; tag = readTag(reader)) {
    if (!field(tag) && reader.problem === '') skipField(reader, tag);
    if (reader.problem !== '') return;
  }
}

/** Runs over the fields of an inner message; its fault is the outer one's. */
export function eachInner(
  reader: ProtoReader,
  message: string,
  field: (inner: ProtoReader, tag: ProtoTag) => boolean,
): boolean {
  const inner = readMessage(reader, message);
  if (inner === undefined) return false;
  eachField(inner, (tag) => field(inner, tag));
  if (inner.problem !== '') failProto(reader, inner.problem);
  return inner.problem === '';
}
