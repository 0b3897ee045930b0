// Compresses a stream chunk by chunk: each chunk can be read by the client as soon as it was written here.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';

/** `gzip;q=0` is a refusal. */
export function wantsGzip(acceptEncoding: string | undefined): boolean {
  return (acceptEncoding ?? '').split(',').some((part) => {
    const [name = '', ...parameters] = part.trim().toLowerCase().split(';');
    return name === 'gzip' && !parameters.some((p) => /^\s*q=0(\.0*)?\s*$/.test(p));
  });
}

export async function* gzipChunks(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gzip = createGzip({ level: 1, flush: constants.Z_SYNC_FLUSH });
  const feeding = pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 1 }), gzip).catch(() => undefined);
  try {
    for await (const chunk of gzip) yield chunk;
  } finally {
    gzip.destroy();
    await feeding;
  }
}
