// Test aid: the files of a packed recording in corpus/kube-apiserver.
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

const CORPUS = resolve(import.meta.dirname, '../../../../../corpus/kube-apiserver');

export function corpusPath(name: string): string {
  return resolve(CORPUS, name);
}

/** Path inside the archive, without its first folder, to content. */
export async function readArchive(name: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const entries = createReadStream(corpusPath(name)).pipe(createGunzip()).pipe(extract());
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk);
    files.set(entry.header.name.replace(/^[^/]*\//, ''), Buffer.concat(chunks));
  }
  return files;
}
