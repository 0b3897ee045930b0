// Segment rows in ClickHouse's RowBinary. In: one line and its origin. Out: bytes in a segment's block, and back.

/** source (2) + position (8) + arrival (8). */
const FIXED_BYTES = 18;
const TWO_32 = 4_294_967_296;

function lengthBytes(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x20_0000) return 3;
  return length < 0x1000_0000 ? 4 : 5;
}

export function rowBytes(problemBytes: number, lineBytes: number): number {
  return FIXED_BYTES + lengthBytes(problemBytes) + problemBytes + lengthBytes(lineBytes) + lineBytes;
}

function writeLength(target: Buffer, start: number, length: number): number {
  let at = start;
  let rest = length;
  while (rest >= 0x80) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}

/** Writes one row at `start` and returns where the next begins. The caller has made sure of `rowBytes` of room. */
export function writeRow(
  target: Buffer,
  start: number,
  source: number,
  position: number,
  arrivalMicros: number,
  problem: Uint8Array | undefined,
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  // Two 32-bit halves instead of a BigInt: no object per row.
  let at = target.writeUInt16LE(source, start);
  at = target.writeUInt32LE(position % TWO_32, at);
  at = target.writeUInt32LE(Math.floor(position / TWO_32), at);
  at = target.writeUInt32LE(arrivalMicros % TWO_32, at);
  at = target.writeUInt32LE(Math.floor(arrivalMicros / TWO_32), at);
  if (problem === undefined) target[at++] = 0;
  else {
    at = writeLength(target, at, problem.length);
    target.set(problem, at);
    at += problem.length;
  }
  at = writeLength(target, at, to - from);
  target.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), at);
  return at + (to - from);
}

/** Where the parts of a row lie in its buffer. */
export interface RowPlace {
  readonly source: number;
  readonly position: number;
  readonly arrivalMicros: number;
  readonly problemStart: number;
  readonly problemEnd: number;
  readonly lineStart: number;
  /** Also the start of the next row. */
  readonly lineEnd: number;
}

interface Length {
  readonly value: number;
  readonly next: number;
}

function readLength(bytes: Buffer, start: number, end: number): Length | undefined {
  let value = 0;
  let scale = 1;
  for (let at = start; at < end && at < start + 5; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, next: at + 1 };
    scale *= 128;
  }
  return undefined;
}

/** Where the problem of the row at `start` begins; undefined when that is behind `end`. */
export function problemStartOf(bytes: Buffer, start: number, end: number): number | undefined {
  return readLength(bytes, start + FIXED_BYTES, end)?.next;
}

/**
 * The row at `start`; undefined when it does not end before `end`. `lineEnd` may lie behind `end` only when
 * `headOnly` is set: a reader that skips lines needs no line in memory.
 */
export function readRow(bytes: Buffer, start: number, end: number, headOnly = false): RowPlace | undefined {
  if (start + FIXED_BYTES > end) return undefined;
  const problem = readLength(bytes, start + FIXED_BYTES, end);
  if (problem === undefined || problem.next + problem.value > end) return undefined;
  const line = readLength(bytes, problem.next + problem.value, end);
  if (line === undefined) return undefined;
  if (!headOnly && line.next + line.value > end) return undefined;
  return {
    source: bytes.readUInt16LE(start),
    position: bytes.readUInt32LE(start + 2) + bytes.readUInt32LE(start + 6) * TWO_32,
    arrivalMicros: bytes.readUInt32LE(start + 10) + bytes.readUInt32LE(start + 14) * TWO_32,
    problemStart: problem.next,
    problemEnd: problem.next + problem.value,
    lineStart: line.next,
    lineEnd: line.next + line.value,
  };
}
