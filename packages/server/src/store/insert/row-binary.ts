// RowBinary: typed values <-> ClickHouse's binary rows. Only what the staging table and the answers need.

/** Writes rows into one growing buffer. Little-endian; strings are LEB128 length + bytes. */
export class RowWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(initialBytes = 64 * 1024) {
    this.#buffer = Buffer.allocUnsafe(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  #reserve(bytes: number): number {
    const needed = this.#length + bytes;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    const at = this.#length;
    this.#length = needed;
    return at;
  }

  uint8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  uint16(value: number): void {
    const at = this.#reserve(2);
    this.#buffer.writeUInt16LE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigInt64LE(value, at);
  }

  uint64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigUInt64LE(value, at);
  }

  varint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.uint8((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.uint8(rest);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    const at = this.#reserve(value.length);
    this.#buffer.set(value, at);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.varint(length);
    const at = this.#reserve(length);
    this.#buffer.write(value, at);
  }

  texts(values: readonly string[]): void {
    this.varint(values.length);
    for (const value of values) this.text(value);
  }

  map(values: ReadonlyMap<string, string>): void {
    this.varint(values.size);
    for (const [key, value] of values) {
      this.text(key);
      this.text(value);
    }
  }

  /** The rows written so far; the writer is empty afterwards. */
  take(): Buffer {
    const out = this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.allocUnsafe(64 * 1024);
    this.#length = 0;
    return out;
  }
}

/** Thrown inside a row parser when the chunk ends in the middle of a row; the rest comes with the next chunk. */
class NeedMore extends Error {}
const NEED_MORE = new NeedMore('a row goes on in the next chunk');

/** Reads values from a buffer. Slices are views: copy what outlives the chunk. */
export class RowReader {
  buffer: Buffer;
  at = 0;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  #advance(bytes: number): number {
    const at = this.at;
    if (at + bytes > this.buffer.length) throw NEED_MORE;
    this.at = at + bytes;
    return at;
  }

  uint16(): number {
    return this.buffer.readUInt16LE(this.#advance(2));
  }

  int64(): bigint {
    return this.buffer.readBigInt64LE(this.#advance(8));
  }

  uint64(): bigint {
    return this.buffer.readBigUInt64LE(this.#advance(8));
  }

  fixed(bytes: number): Buffer {
    const at = this.#advance(bytes);
    return this.buffer.subarray(at, at + bytes);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.buffer[this.#advance(1)] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  bytes(): Buffer {
    return this.fixed(this.varint());
  }
}

/** Chunks of RowBinary -> rows, one at a time, whatever the chunks' borders. Throws when the last row is incomplete. */
export async function* readRows<T>(
  chunks: AsyncIterable<Buffer>,
  readRow: (reader: RowReader) => T,
): AsyncGenerator<T, void, void> {
  const reader = new RowReader(Buffer.alloc(0));
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  // After a cut row the next try waits for as much again, so that a row over many chunks is not copied for each.
  let wantedBytes = 0;
  for await (const chunk of chunks) {
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes < wantedBytes) continue;
    reader.buffer = pending.length === 1 ? chunk : Buffer.concat(pending);
    reader.at = 0;
    for (;;) {
      const start = reader.at;
      if (start === reader.buffer.length) break;
      let row: T;
      try {
        row = readRow(reader);
      } catch (error) {
        if (!(error instanceof NeedMore)) throw error;
        reader.at = start;
        break;
      }
      yield row;
    }
    const rest = reader.buffer.subarray(reader.at);
    wantedBytes = rest.length > 1024 * 1024 ? rest.length * 2 : 0;
    pending = rest.length === 0 ? [] : [rest];
    pendingBytes = rest.length;
  }
  if (pendingBytes > 0) {
    reader.buffer = Buffer.concat(pending);
    reader.at = 0;
    while (reader.at < reader.buffer.length) {
      try {
        yield readRow(reader);
      } catch (cause) {
        throw new Error('the answer of the store ended inside a row', { cause });
      }
    }
  }
}
