// Paths -> bytes: policy files whole, record files as chunks; .gz unpacked, directories walked, `-` is standard input.
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LineCutter, type LineReader } from './line-cutter.ts';
import { fileProblem, PolicyCommandProblem } from './policy-problem.ts';

const CHUNK_BYTES = 1024 * 1024;
/** More files than this in a directory are no log folder. */
const MAX_FILES = 100_000;

export async function readWhole(path: string): Promise<Uint8Array> {
  if (path !== '-') return readFile(path).catch((error: unknown) => Promise.reject(fileProblem(path, error)));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    bytes += chunk.length;
    // The loader refuses what is larger; there is no use in holding it.
    if (bytes > 64 * 1024 * 1024) break;
  }
  return Buffer.concat(chunks);
}

/** The first line of a file, however long the file is. */
export async function readFirstLine(path: string): Promise<Uint8Array> {
  const lines: Uint8Array[] = [];
  const cutter = new LineCutter((bytes, start, end) => {
    if (lines.length === 0) lines.push(bytes.subarray(start, end));
  });
  try {
    for await (const chunk of openChunks(path)) {
      cutter.add(chunk);
      if (lines.length > 0) break;
    }
  } catch (error) {
    throw error instanceof PolicyCommandProblem ? error : fileProblem(path, error);
  }
  cutter.end();
  return lines[0] ?? new Uint8Array(0);
}

/** Every file under the paths, in order of name; folders are walked. */
export async function findRecordFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if (path === '-') {
      found.push(path);
      continue;
    }
    const about = await stat(path).catch((error: unknown) => Promise.reject(fileProblem(path, error)));
    if (!about.isDirectory()) {
      found.push(path);
      continue;
    }
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name));
    found.push(...files.sort());
    if (found.length > MAX_FILES)
      throw new PolicyCommandProblem(
        'KW_POLICY_RECORDS',
        `${path} holds more than ${MAX_FILES} files; name a smaller directory.`,
      );
  }
  if (found.length === 0)
    throw new PolicyCommandProblem(
      'KW_POLICY_RECORDS',
      `there is no file in ${paths.join(', ')}; name a file with audit records.`,
    );
  return found;
}

/**
 * Calls `read` for every line of a file. Each chunk is read into memory once and let go after its lines; `rest` is awaited between
 * chunks, so that answers that wait for a slow reader hold up the reading.
 */
export async function readLines(
  path: string,
  signal: AbortSignal,
  read: LineReader,
  rest: () => Promise<void> = async () => {},
): Promise<void> {
  const cutter = new LineCutter(read);
  try {
    for await (const chunk of openChunks(path)) {
      signal.throwIfAborted();
      cutter.add(chunk);
      await rest();
    }
  } catch (error) {
    if (error instanceof PolicyCommandProblem || signal.aborted) throw error;
    throw fileProblem(path, error);
  }
  cutter.end();
}

async function* openChunks(path: string): AsyncIterable<Uint8Array> {
  // Asked before the file is opened to be read: a stream that fails while nobody listens ends the process.
  const packed = path !== '-' && (await isGzip(path));
  const raw: Readable = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!packed) {
    yield* raw;
    return;
  }
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  raw.on('error', (error) => unpacked.destroy(error));
  yield* raw.pipe(unpacked);
}

async function isGzip(path: string): Promise<boolean> {
  for await (const start of createReadStream(path, { end: 1 })) return start[0] === 0x1f && start[1] === 0x8b;
  return false;
}
