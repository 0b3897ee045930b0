// The first lines of the recorded log of a busy cluster.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const FILE = new URL('../../../../../corpus/kube-apiserver/real-100k.ndjson.gz', import.meta.url);

export function busyLines(count: number): readonly string[] {
  const bytes = gunzipSync(readFileSync(FILE));
  let end = 0;
  for (let line = 0; line < count && end !== -1; line++) end = bytes.indexOf(10, end) + 1;
  return bytes
    .subarray(0, end - 1)
    .toString('utf8')
    .split('\n');
}
