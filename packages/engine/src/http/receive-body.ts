// Takes in a request's body, unpacked: into memory when it is a statement, into a file when it is rows; both bounded.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { StatementProblem } from './statement-problem.ts';

export type Received<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: StatementProblem };

const tooLarge = (maxBytes: number): StatementProblem => ({
  code: 229,
  type: 'QUERY_IS_TOO_LARGE',
  message: `The request body is larger than ${maxBytes} bytes: send it in smaller parts`,
});

class BodyTooLarge extends Error {}

function unpack(request: IncomingMessage): Received<Readable[]> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return { ok: true, value: [request] };
  if (encoding === 'gzip' || encoding === 'x-gzip') return { ok: true, value: [request, createGunzip()] };
  const message = `Unknown compression method: ${encoding}: this interface takes gzip`;
  return { ok: false, problem: { code: 89, type: 'UNKNOWN_COMPRESSION_METHOD', message } };
}

/** Passes bytes on until the limit, which counts unpacked bytes: a small gzip body may hide a large one. */
function limitBytes(maxBytes: number, onBytes: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      bytes += chunk.length;
      onBytes(bytes);
      if (bytes > maxBytes) done(new BodyTooLarge());
      else done(null, chunk);
    },
  });
}

export async function receiveInMemory(request: IncomingMessage, maxBytes: number): Promise<Received<Buffer>> {
  const streams = unpack(request);
  if (!streams.ok) return streams;
  const chunks: Buffer[] = [];
  const collect = new Writable({
    write(chunk: Buffer, _encoding, done): void {
      chunks.push(chunk);
      done();
    },
  });
  try {
    await pipeline([...streams.value, limitBytes(maxBytes, () => {}), collect]);
    return { ok: true, value: Buffer.concat(chunks) };
  } catch (error) {
    return { ok: false, problem: explain(error, maxBytes) };
  }
}

/** The file exists afterwards only if the body came in whole; `first` are bytes that were read before. */
export async function receiveInFile(
  request: IncomingMessage,
  path: string,
  maxBytes: number,
): Promise<Received<{ readonly bytes: number }>> {
  const streams = unpack(request);
  if (!streams.ok) return streams;
  let bytes = 0;
  const limit = limitBytes(maxBytes, (total) => {
    bytes = total;
  });
  try {
    await pipeline([...streams.value, limit, createWriteStream(path, { flags: 'wx', mode: 0o600 })]);
    return { ok: true, value: { bytes } };
  } catch (error) {
    await rm(path, { force: true });
    return { ok: false, problem: explain(error, maxBytes) };
  }
}

function explain(error: unknown, maxBytes: number): StatementProblem {
  if (error instanceof BodyTooLarge) return tooLarge(maxBytes);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (code.startsWith('Z_'))
    return { code: 354, type: 'ZLIB_INFLATE_FAILED', message: `Cannot unpack the body: ${message}` };
  if (code === 'ENOSPC')
    return { code: 243, type: 'NOT_ENOUGH_SPACE', message: `No space for the request body: ${message}` };
  return { code: 210, type: 'NETWORK_ERROR', message: `Cannot receive the body: ${message}` };
}
