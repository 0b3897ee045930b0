// A rotated log that was compressed. In: a path. Out: its plain first bytes, then all its lines from an offset on, once.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Framer, type Ingest, type SourceLines } from '../../ingest/index.ts';
import { unzipped } from '../import/gunzip.ts';
import { HEAD_BYTES } from './file-head.ts';
import type { FileRecord } from './positions.ts';

const SLICE_BYTES = 1024 * 1024;

/** The head of the content, so that a file read before it was compressed is known again. */
export async function readGzipHead(path: string): Promise<Buffer> {
  let head = Buffer.alloc(0);
  const { chunks } = unzipped(createReadStream(path));
  for await (const chunk of chunks) {
    head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES)]);
    if (head.length >= HEAD_BYTES) break;
  }
  return head.subarray(0, HEAD_BYTES);
}

/**
 * Whether the compressed content can be exactly `bytes` long: the last four bytes of gzip data are its length. Of several
 * members only the last one's is there; then the answer is no, and the content is looked through once more.
 */
export async function hasPlainLength(path: string, bytes: number): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const trailer = Buffer.alloc(4);
    const { bytesRead } = await handle.read(trailer, 0, 4, Math.max(0, size - 4));
    return bytesRead === 4 && trailer.readUInt32LE(0) === bytes % 2 ** 32;
  } finally {
    await handle.close();
  }
}

export interface GzipReading {
  readonly path: string;
  readonly record: FileRecord;
  readonly lines: SourceLines;
  readonly ingest: Ingest;
  readonly signal: AbortSignal;
}

/**
 * Returns what was wrong with the file, '' for nothing; a file that is cut off is not finished, it may still be being written.
 * Stops early when the signal aborts; the record says how far it came.
 */
export async function readGzipSibling(reading: GzipReading): Promise<string> {
  const { record, ingest, signal } = reading;
  // What was read under the plain name is skipped.
  const begin = record.offset;
  const { chunks, problems } = unzipped(createReadStream(reading.path));
  const framer = new Framer(reading.lines, ingest.frameLimits, begin);
  let position = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      const skipped = Math.min(slice.length, Math.max(0, begin - position));
      if (skipped < slice.length) {
        if (!(await ingest.ready(signal, 'bulk'))) return '';
        framer.push(slice.subarray(skipped), position + skipped);
        record.offset = framer.resumePosition;
      }
      position += slice.length;
    }
  }
  if (problems.length > 0) return problems.join(' ');
  framer.end();
  record.offset = Math.max(begin, position);
  record.finished = true;
  return '';
}
