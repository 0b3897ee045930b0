// Parts of a big file: a stream of lines -> files on disk of a bounded size, each ending with a whole line. A tar announces sizes
// beforehand, and records land while an export runs, so only what is on disk has a size that can be relied on.
import { type FileHandle, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface Part {
  readonly bytes: number;
  readonly records: number;
  /** Readable until the next part is asked for. */
  readonly lines: AsyncIterable<Uint8Array>;
}

const NEWLINE = 10;
const READ_BYTES = 256 * 1024;

function countLines(chunk: Uint8Array): number {
  let lines = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

async function* readFrom(file: FileHandle, bytes: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes; ) {
    // A buffer of its own for each chunk: the tar still holds the one before.
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(READ_BYTES, bytes - at)), 0, null, at);
    if (bytesRead === 0) throw new Error('a part of the export became shorter on disk');
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** `scratchDir` is made when missing; what is put there is removed, also when the reader goes. */
export async function* spoolParts(
  lines: AsyncIterable<Uint8Array>,
  maxPartBytes: number,
  scratchDir: string,
  signal: AbortSignal,
): AsyncIterable<Part> {
  await mkdir(scratchDir, { recursive: true, mode: 0o700 });
  const dir = await mkdtemp(join(scratchDir, 'export-'));
  const file = await open(join(dir, 'part'), 'wx+', 0o600);
  try {
    let bytes = 0;
    let records = 0;
    const add = async (chunk: Uint8Array) => {
      // At the place, not at the cursor: after a part the file begins anew.
      for (let done = 0; done < chunk.length; )
        done += (await file.write(chunk, done, chunk.length - done, bytes + done)).bytesWritten;
      bytes += chunk.length;
      records += countLines(chunk);
    };
    for await (const chunk of lines) {
      // Whoever asked may be gone long before the first part is full.
      signal.throwIfAborted();
      let rest = chunk;
      while (bytes + rest.length >= maxPartBytes) {
        // Up to the first line end at the limit or beyond: a part is at most one line too long.
        const end = rest.indexOf(NEWLINE, Math.max(0, maxPartBytes - bytes - 1)) + 1;
        if (end === 0) break;
        await add(rest.subarray(0, end));
        yield { bytes, records, lines: readFrom(file, bytes) };
        bytes = 0;
        records = 0;
        rest = rest.subarray(end);
      }
      await add(rest);
    }
    if (bytes > 0) yield { bytes, records, lines: readFrom(file, bytes) };
  } finally {
    await file.close();
    await rm(dir, { recursive: true, force: true });
  }
}
