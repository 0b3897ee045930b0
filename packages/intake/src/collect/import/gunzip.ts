// Decompression by content, not by name. In: chunks of bytes. Out: chunks without any layer of gzip, and what was wrong.
import { createGunzip, type Gunzip } from 'node:zlib';
import { peekStream } from './peek-stream.ts';

/** Rotated `.gz` files that were compressed once more by must-gather have two layers. */
const MAX_LAYERS = 3;
const MAGIC_BYTES = 3;
/** Small pieces in bound what one of them can inflate to, about a thousand times its size. */
const PIECE_BYTES = 16 * 1024;
const OUTPUT_BYTES = 256 * 1024;

export interface Unzipped {
  readonly chunks: AsyncGenerator<Buffer>;
  /** Filled in when the data was cut off or damaged; what could be read was given out before. */
  readonly problems: string[];
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

export function unzipped(input: AsyncIterable<Uint8Array>): Unzipped {
  const problems: string[] = [];
  return { chunks: peel(input, problems, MAX_LAYERS), problems };
}

async function* peel(input: AsyncIterable<Uint8Array>, problems: string[], layers: number): AsyncGenerator<Buffer> {
  const { head, chunks } = await peekStream(input, MAGIC_BYTES);
  if (!isGzip(head)) yield* chunks;
  else if (layers > 0) yield* peel(inflate(chunks, problems), problems, layers - 1);
  else {
    await chunks.return();
    problems.push(`KW_IMPORT_GZIP_LAYERS: the data is compressed more than ${MAX_LAYERS} times; unpack it first.`);
  }
}

/** One layer. Concatenated members are one text, as for gzip itself. */
async function* inflate(input: AsyncIterable<Buffer>, problems: string[]): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });
  const out: Buffer[] = [];
  let failure: Error | undefined;
  gunzip.on('data', (chunk: Buffer) => out.push(chunk));
  gunzip.on('error', (error) => {
    failure = error;
  });
  let read = 0;
  let hasTail = false;
  try {
    for await (const chunk of input) {
      for (let at = 0; at < chunk.length && failure === undefined && !gunzip.readableEnded; at += PIECE_BYTES) {
        await step(gunzip, chunk.subarray(at, at + PIECE_BYTES));
        yield* out.splice(0);
      }
      // Zeros pad the data on tapes and after a crash, and there the data ends; whatever else stands behind them is not read.
      const unread = gunzip.readableEnded ? Math.max(0, gunzip.bytesWritten - read) : chunk.length;
      hasTail ||= chunk.subarray(unread).some((byte) => byte !== 0);
      read += chunk.length;
      if (failure !== undefined || hasTail) break;
    }
    if (failure === undefined && !gunzip.readableEnded) await step(gunzip, undefined);
    yield* out.splice(0);
    if (failure !== undefined) problems.push(gzipProblem(failure));
    else if (hasTail) problems.push(GZIP_TAIL);
  } finally {
    gunzip.destroy();
  }
}

/**
 * Resolves when the piece is worked off and its output has been emitted, when the data turned out to be bad, or when it ended
 * inside the piece: zlib takes zeros behind the data for its end, and then the write is never answered.
 */
function step(gunzip: Gunzip, piece: Buffer | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      gunzip.off('error', done);
      gunzip.off('end', done);
      resolve();
    };
    gunzip.once('error', done);
    gunzip.once('end', done);
    if (piece !== undefined) gunzip.write(piece, done);
    else gunzip.end();
  });
}

const GZIP_TAIL =
  'KW_IMPORT_GZIP_DAMAGED: something stands behind the end of the gzip data and its padding, and was not read; unpack it by hand if it is another log.';

function gzipProblem(failure: Error): string {
  const cut = /unexpected end/.test(failure.message);
  return cut
    ? 'KW_IMPORT_GZIP_TRUNCATED: the gzip data ends too early; what could be read was kept. Copy the file again for the rest.'
    : `KW_IMPORT_GZIP_DAMAGED: the gzip data is damaged (${failure.message}); what came before the damage was kept. Copy the file again for the rest.`;
}
