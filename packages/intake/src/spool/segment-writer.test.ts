// The spool in foul weather: full and failing disks, made up and real.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSegmentRows } from './scan-segment.ts';
import { failingDisk } from './testing/failing-disk.ts';
import { append, drain, temporaryDirectory } from './testing/temporary-spool.ts';

const LIMITS = { retryMillis: 10, bulkSegmentMillis: 10_000 };

for (const code of ['ENOSPC', 'EIO', 'EFBIG', 'EDQUOT']) {
  for (const step of ['create', 'write', 'sync'] as const) {
    test(`${code} at ${step}: refuses, cuts back, and goes on by itself`, async () => {
      const place = await temporaryDirectory();
      const disk = failingDisk();
      const spool = await place.open({ disk, limits: LIMITS });
      let committed: string[] = [];
      if (step !== 'create') {
        append(spool, 'before');
        expect(await spool.sync(false)).toEqual({ ok: true });
        committed = ['before'];
      }
      disk.fault = (each) => (each === step ? code : undefined);
      append(spool, 'during');
      const patient = spool.sync(true);
      const refused = await spool.sync(false);
      expect(refused).toMatchObject({
        ok: false,
        trouble: { code, sentence: expect.stringContaining(`KW_SPOOL_WRITE_FAILED`) },
      });
      expect(spool.trouble?.code).toBe(code);
      // While it fails the file holds what was committed and nothing torn.
      if (step !== 'create') {
        const rows = await readSegmentRows(join(place.directory, '0000000001.open'));
        expect(rows.map((row) => row.line.toString())).toEqual(committed);
      }
      expect(place.logged.filter((sentence) => sentence.includes('KW_SPOOL_WRITE_FAILED')).length).toBe(1);
      disk.fault = () => undefined;
      expect(await patient).toEqual({ ok: true });
      expect(await spool.sync(false)).toEqual({ ok: true });
      expect(spool.trouble).toBeUndefined();
      expect(place.logged.at(-1)).toMatch(/can be written again after \d+ s/);
      append(spool, 'after');
      spool.seal();
      expect(await drain(spool)).toEqual([...committed, 'during', 'after']);
      await spool.close();
      await place.remove();
    });
  }
}

test('a rename that fails is done again', async () => {
  const place = await temporaryDirectory();
  const disk = failingDisk();
  const spool = await place.open({ disk, limits: LIMITS });
  let failures = 3;
  disk.fault = (step) => (step === 'finish' && failures-- > 0 ? 'EIO' : undefined);
  append(spool, 'one');
  spool.seal();
  append(spool, 'two');
  spool.seal();
  expect(await drain(spool)).toEqual(['one', 'two']);
  await spool.close();
  await place.remove();
});

test('whatever fails whenever: every row once and in order when the disk is well again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 }),
      fc.integer({ min: 100, max: 3000 }),
      async (faults, segmentBytes) => {
        const place = await temporaryDirectory();
        const disk = failingDisk();
        const spool = await place.open({ disk, limits: { ...LIMITS, retryMillis: 0, segmentBytes } });
        disk.fault = () => ((faults.shift() ?? 0) > 6 ? 'ENOSPC' : undefined);
        const lines = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat((index * 37) % 400)}`);
        for (const [index, line] of lines.entries()) {
          append(spool, line);
          if (index % 7 === 0) await spool.sync(index % 2 === 0);
        }
        expect(await spool.sync(true)).toEqual({ ok: true });
        spool.seal();
        expect(await drain(spool)).toEqual(lines);
        await spool.close();
        await place.remove();
      },
    ),
    { numRuns: 30 },
  );
});

test('closing with a full disk ends, tells what was not written, and keeps what was committed', async () => {
  const place = await temporaryDirectory();
  const disk = failingDisk();
  const spool = await place.open({ disk, limits: LIMITS });
  append(spool, 'safe');
  await spool.sync(false);
  disk.fault = () => 'ENOSPC';
  append(spool, 'lost');
  const patient = spool.sync(true);
  await spool.close();
  expect(await patient).toMatchObject({ ok: false });
  expect(place.logged.join('\n')).toMatch(/\d+ bytes of rows, never acknowledged, could not be written/);
  const again = await place.open();
  expect(await drain(again)).toEqual(['safe']);
  await again.close();
  await place.remove();
});

function canMountTmpfs(): boolean {
  return spawnSync('unshare', ['-rm', 'true']).status === 0;
}

/** A child process that fills a really full disk: a small tmpfs in a namespace of its own, else a limit on file sizes. */
test('a disk that is really full: refused, nothing torn, and on by itself with room', { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kw-full-'));
  const way = canMountTmpfs() ? 'tmpfs of 3 MiB' : 'file size limit of 3 MiB';
  console.log(`full disk by ${way}`);
  const script = resolve(import.meta.dirname, 'testing/fill-disk.ts');
  const run = `"${process.execPath}" --conditions source --import tsx "${script}" "${directory}" ${way.split(' ')[0]}`;
  const command = canMountTmpfs()
    ? `mount -t tmpfs -o size=3m none "${directory}" && ${run}`
    : `ulimit -f 3072 && ${run}`;
  const child = canMountTmpfs() ? spawn('unshare', ['-rm', 'sh', '-c', command]) : spawn('bash', ['-c', command]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk));
  const code = await new Promise((done) => child.on('close', done));
  expect(output).toMatch(/refused (ENOSPC|EFBIG) after [1-9]\d* committed rows/);
  expect(output).toContain('all committed rows are there, once and in order');
  expect(code).toBe(0);
  await rm(directory, { recursive: true, force: true });
});
