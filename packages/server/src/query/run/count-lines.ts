// Cuts answers while they pass: JSON lines are counted, binary rows become exact lines. Bytes in, bytes out, no object per row.
import type { Cursor } from '@kubewitness/core/wire';

/** Counts what went through; `last()` is the cursor of the last row. */
export interface RowCounter {
  push(chunk: Buffer): Buffer;
  rows(): number;
  last(): Cursor | undefined;
  /** Throws when the answer ended inside a row. */
  end(): void;
}

const NEWLINE = 10;

/** JSONEachRow goes through as it is. */
export function countJsonLines(parseCursor: (text: string) => Cursor | undefined): RowCounter {
  let rows = 0;
  let carry: Buffer = Buffer.alloc(0);
  let lastLine: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows += 1;
      const end = chunk.lastIndexOf(NEWLINE);
      if (end < 0) {
        carry = Buffer.concat([carry, chunk]);
        return chunk;
      }
      const start = end === 0 ? -1 : chunk.lastIndexOf(NEWLINE, end - 1);
      lastLine = start >= 0 ? chunk.subarray(start + 1, end) : Buffer.concat([carry, chunk.subarray(0, end)]);
      carry = Buffer.from(chunk.subarray(end + 1));
      return chunk;
    },
    rows: () => rows,
    last() {
      if (lastLine.length === 0) return undefined;
      const row: unknown = JSON.parse(lastLine.toString('utf8'));
      const cursor = typeof row === 'object' && row !== null && 'cursor' in row ? row.cursor : undefined;
      return typeof cursor === 'string' ? parseCursor(cursor) : undefined;
    },
    end() {
      if (carry.length > 0) throw new Error('the answer of the store ended inside a row');
    },
  };
}

/** time (8 bytes) and record_id (16 bytes) come before each line. */
const HEAD_BYTES = 24;

interface Frame {
  /** Where the line begins and ends; `end` beyond the buffer: the row goes on in the next chunk. */
  readonly start: number;
  readonly end: number;
}

function readFrame(bytes: Buffer, at: number): Frame | undefined {
  let length = 0;
  let scale = 1;
  for (let i = at + HEAD_BYTES; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    length += (byte & 127) * scale;
    if (byte < 128) return { start: i + 1, end: i + 1 + length };
    scale *= 128;
  }
  return undefined;
}

/** RowBinary rows (time, record_id, line) -> the lines, each with its newline. */
export function cutLines(): RowCounter {
  let rows = 0;
  let carry: Buffer[] = [];
  let carryBytes = 0;
  let wantedBytes = 0;
  let head: Buffer | undefined;
  return {
    push(chunk) {
      carry.push(chunk);
      carryBytes += chunk.length;
      if (carryBytes < wantedBytes) return Buffer.alloc(0);
      const bytes = carry.length === 1 ? chunk : Buffer.concat(carry);
      const out = Buffer.allocUnsafe(bytes.length);
      let written = 0;
      let at = 0;
      wantedBytes = 0;
      while (at < bytes.length) {
        const frame = readFrame(bytes, at);
        if (frame === undefined || frame.end > bytes.length) {
          wantedBytes = frame === undefined ? 0 : frame.end - at;
          break;
        }
        written += bytes.copy(out, written, frame.start, frame.end);
        out[written++] = NEWLINE;
        head = bytes.subarray(at, at + HEAD_BYTES);
        rows += 1;
        at = frame.end;
      }
      // Copies, so that a chunk is not kept alive by its last bytes.
      if (head !== undefined) head = Buffer.from(head);
      carry = at === bytes.length ? [] : [Buffer.from(bytes.subarray(at))];
      carryBytes = bytes.length - at;
      return out.subarray(0, written);
    },
    rows: () => rows,
    last: () =>
      head === undefined
        ? undefined
        : { timeNanos: head.readBigInt64LE(0), recordId: head.subarray(8, HEAD_BYTES).toString('hex') },
    end() {
      if (carryBytes > 0) throw new Error('the answer of the store ended inside a row');
    },
  };
}
