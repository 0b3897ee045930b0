// Layers of gzip against zlib's own reading of whole files.
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { unzipped } from './gunzip.ts';

test('members of gzip of any size with any header in chunks of any size are what gzip takes out of them', async () => {
  const named = Buffer.from([
    0x1f,
    0x8b,
    8,
    0x1e,
    0,
    0,
    0,
    0,
    0,
    3,
    2,
    0,
    7,
    7,
    ...Buffer.from('a.log\0hello\0'),
    1,
    2,
  ]);
  const members = Array.from({ length: 3000 }, (_, n) =>
    gzipSync(`{"kind":"Event","n":${n}}${n % 3 === 0 ? '' : '\n'}`),
  );
  const first = Buffer.concat([named, (members[0] ?? Buffer.alloc(0)).subarray(10)]);
  const bytes = Buffer.concat([first, ...members.slice(1), Buffer.alloc(600)]);
  for (const size of [1, 19, 4096, bytes.length]) {
    async function* cut() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const { chunks, problems } = unzipped(cut());
    const out: Buffer[] = [];
    for await (const chunk of chunks) out.push(chunk);
    expect(problems).toEqual([]);
    expect(Buffer.concat(out).equals(gunzipSync(Buffer.concat(members)))).toBe(true);
  }
});
