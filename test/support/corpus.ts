// The recordings of corpus/: packed files in, their bytes by path out, or unpacked into a folder.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROOT } from './program-paths.ts';

export function corpusPath(path: string): string {
  return join(ROOT, 'corpus', path);
}

/** Unpacked when its name ends in .gz. */
export function readCorpus(path: string): Buffer {
  const bytes = readFileSync(corpusPath(path));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** Regular files of an archive of ours by their path below its first folder: no long names, no sparse files in there. */
export function readArchive(name: string): Map<string, Buffer> {
  const tar = readCorpus(`kube-apiserver/${name}.tar.gz`);
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const field = (from: number, to: number): string => tar.toString('utf8', at + from, at + to).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 136), 8);
    if (field(156, 157) === '0')
      files.set(field(0, 100).replace(/^[^/]*\//, ''), tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  if (files.size === 0) throw new Error(`the archive ${name} has no files`);
  return files;
}

/** Writes the files whose path fits and returns their paths on disk. */
export function unpackArchive(name: string, wanted: RegExp, folder: string): string[] {
  const written: string[] = [];
  for (const [path, bytes] of readArchive(name)) {
    if (!wanted.test(path)) continue;
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    written.push(target);
  }
  return written;
}

/** Lines without their newline; a last line without one counts. */
export function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at);
    const end = newline < 0 ? bytes.length : newline;
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}
