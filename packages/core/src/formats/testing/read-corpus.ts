// Reads the recorded files of corpus/ for tests: plain, gzip, and tar archives in gzip. Bytes out.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const CORPUS = new URL('../../../../../corpus/', import.meta.url);

export function readCorpus(path: string): Uint8Array {
  const bytes = readFileSync(new URL(path, CORPUS));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** Regular files of a tar archive by name. Enough tar for our recordings: no long names, no sparse files. */
export function readArchive(path: string): ReadonlyMap<string, Uint8Array> {
  const tar = Buffer.from(readCorpus(path));
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const field = (from: number, to: number): string => tar.toString('utf8', at + from, at + to).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 136), 8);
    const prefix = field(345, 500);
    if (field(156, 157) === '0') {
      files.set(prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`, tar.subarray(at + 512, at + 512 + size));
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** The lines of a file, without their newline. */
export function* splitLines(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at);
    const end = newline < 0 ? bytes.length : newline;
    yield bytes.subarray(at, end);
    at = end + 1;
  }
}
