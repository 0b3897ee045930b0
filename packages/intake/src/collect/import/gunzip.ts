// Decompression by content, not by name. In: chunks of bytes. Out: chunks without any layer of gzip, and what was wrong.
import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { createMemberSum, findMemberStart, isGzip, TRAILER_BYTES } from './gzip-member.ts';
import { peekStream } from './peek-stream.ts';
import { openPieces, type Pieces } from './pieces.ts';

/** Rotated `.gz` files that were compressed once more by must-gather have two layers. */
const MAX_LAYERS = 3;
const MAGIC_BYTES = 3;
/** Small pieces in bound what one of them can inflate to, about a thousand times its size. */
const PIECE_BYTES = 16 * 1024;
const OUTPUT_BYTES = 64 * 1024;

export interface Unzipped {
  readonly chunks: AsyncGenerator<Buffer>;
  /** Filled in when the data was cut off or damaged; what could be read was given out before. */
  readonly problems: string[];
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

/**
 * One layer. Concatenated members are one text, as for gzip itself. Each is inflated for itself, since zlib throws away what it had when
 * the bytes behind a member are no other one, or when its sum is wrong: lines that were whole would be lost.
 */
async function* inflate(input: AsyncIterable<Buffer>, problems: string[]): AsyncGenerator<Buffer> {
  const pieces = openPieces(input, PIECE_BYTES);
  try {
    for (let members = 0; ; members++) {
      const start = await readHeader(pieces, members > 0);
      if (start === 'end') return;
      const problem = start === 'header' ? yield* inflateMember(pieces) : start;
      if (problem === undefined) continue;
      problems.push(problem);
      return;
    }
  } finally {
    await pieces.close();
  }
}

/** Takes the header of the next member, and the zeros before it: they pad the data on tapes and after a crash. */
async function readHeader(pieces: Pieces, mayEnd: boolean): Promise<'header' | 'end' | string> {
  let head = Buffer.alloc(0);
  let padded = false;
  for (;;) {
    const piece = await pieces.next();
    if (piece === undefined) return head.length === 0 && mayEnd ? 'end' : GZIP_CUT;
    const from = head.length === 0 && mayEnd ? piece.findIndex((byte) => byte !== 0) : 0;
    padded ||= from !== 0;
    if (from < 0) continue;
    head = Buffer.concat([head, piece.subarray(from)]);
    const start = findMemberStart(head);
    // Behind padding the data has ended, whatever stands there.
    if (start.kind === 'other' || padded) return mayEnd ? GZIP_TAIL : gzipDamage('unknown header');
    if (start.kind === 'part') continue;
    pieces.putBack(head.subarray(start.bytes));
    return 'header';
  }
}

/** Gives out what the member holds; returns what is wrong with it. */
async function* inflateMember(pieces: Pieces): AsyncGenerator<Buffer, string | undefined> {
  const raw = createInflateRaw({ chunkSize: OUTPUT_BYTES });
  const out: Buffer[] = [];
  const sum = createMemberSum();
  let failure: Error | undefined;
  raw.on('data', (chunk: Buffer) => {
    sum.add(chunk);
    out.push(chunk);
  });
  raw.on('error', (error) => {
    failure = error;
  });
  try {
    while (!raw.readableEnded) {
      const piece = await pieces.next();
      const before = raw.bytesWritten;
      await step(raw, piece);
      yield* out.splice(0);
      if (failure !== undefined) return piece === undefined ? GZIP_CUT : gzipDamage(failure.message);
      if (raw.readableEnded && piece !== undefined) pieces.putBack(piece.subarray(raw.bytesWritten - before));
    }
  } finally {
    raw.destroy();
  }
  const trailer = await pieces.take(TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) return GZIP_CUT;
  return sum.fits(trailer) ? undefined : gzipDamage('incorrect data check');
}

/**
 * Resolves when the piece is worked off and its output has been emitted, when the data turned out to be bad, or when it ended
 * inside the piece: then the write is never answered.
 */
function step(raw: InflateRaw, piece: Buffer | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      raw.off('error', done);
      raw.off('end', done);
      resolve();
    };
    raw.once('error', done);
    raw.once('end', done);
    if (piece !== undefined) raw.write(piece, done);
    else raw.end();
  });
}

const GZIP_TAIL =
  'KW_IMPORT_GZIP_DAMAGED: something stands behind the end of the gzip data, and was not read; unpack it by hand if it is another log.';
const GZIP_CUT =
  'KW_IMPORT_GZIP_TRUNCATED: the gzip data ends too early; what could be read was kept. Copy the file again for the rest.';

function gzipDamage(message: string): string {
  return `KW_IMPORT_GZIP_DAMAGED: the gzip data is damaged (${message}); what came before the damage was kept. Copy the file again for the rest.`;
}
