// The data directory: made with its parents for this user alone, refused with a sentence where that cannot be.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDataDirectory } from './make-data-directory.ts';

test('makes parents, takes what is there, refuses a file in the way', async () => {
  const base = await mkdtemp(join(tmpdir(), 'kw-data-'));
  try {
    const path = join(base, 'a', 'b');
    await makeDataDirectory(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await makeDataDirectory(path);
    await writeFile(join(base, 'file'), '');
    for (const bad of [join(base, 'file'), join(base, 'file', 'x')]) {
      await expect(makeDataDirectory(bad)).rejects.toMatchObject({
        code: 'KW_DATA_DIRECTORY',
        message: expect.stringContaining(bad),
      });
    }
  } finally {
    await rm(base, { recursive: true });
  }
});

test('gives up where a parent exists and nothing can be made in it', async () => {
  const path = existsSync('/proc/self') ? '/proc/kubewitness/data' : '/dev/null/data';
  await expect(makeDataDirectory(path)).rejects.toMatchObject({ code: 'KW_DATA_DIRECTORY' });
});
