// After a crash: every whole row is kept, whatever byte the file ends at, and nothing else.
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRow } from './segment-row.ts';
import { append, drain, ONE, SOURCE, temporaryDirectory } from './testing/temporary-spool.ts';

const OPEN_NAME = '0000000007.open';

/** A segment as it stands while it is written: three sources, some rows. */
async function openSegmentBytes(lines: readonly string[]): Promise<Buffer> {
  const place = await temporaryDirectory();
  const spool = await place.open();
  for (const [index, line] of lines.entries())
    append(spool, line, index, { ...SOURCE, host: `m${index % 3}` }, index === 1 ? 'a reason' : undefined);
  await spool.sync(false);
  const bytes = await readFile(join(place.directory, '0000000001.open'));
  await spool.close();
  await place.remove();
  return bytes;
}

function wholeLines(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; ; ) {
    const row = readRow(bytes, at, bytes.length);
    if (row === undefined) return lines;
    lines.push(bytes.toString('latin1', row.lineStart, row.lineEnd));
    at = row.lineEnd;
  }
}

test('a segment torn at any byte keeps its whole rows', { timeout: 60_000 }, async () => {
  const lines = ['first line', 'second, with a problem', '', 'x'.repeat(130), 'last'];
  const bytes = await openSegmentBytes(lines);
  const place = await temporaryDirectory();
  const seen = new Set<number>();
  for (let length = 0; length <= bytes.length; length++) {
    await rm(join(place.directory, 'next-number'), { force: true });
    await writeFile(join(place.directory, OPEN_NAME), bytes.subarray(0, length));
    const spool = await place.open();
    const expected = wholeLines(bytes.subarray(0, length));
    expect(spool.segments(), `cut at ${length}`).toBe(expected.length === 0 ? 0 : 1);
    expect(await drain(spool)).toEqual(expected);
    seen.add(expected.length);
    await spool.close();
  }
  expect([...seen]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(place.logged.join('\n')).toMatch(/Segment 7 was being written at the last stop: 2 whole rows kept, \d+ bytes/);
  await place.remove();
});

test('zeros or rubbish behind the last row are cut off', async () => {
  const lines = ['one', 'two'];
  const bytes = await openSegmentBytes(lines);
  const place = await temporaryDirectory();
  const tails = [
    Buffer.alloc(19),
    Buffer.alloc(20),
    Buffer.alloc(5000),
    Buffer.alloc(5000, 0xff),
    Buffer.from('{"kind":"Event"}\n'.repeat(9)),
  ];
  for (const tail of tails) {
    await writeFile(join(place.directory, OPEN_NAME), Buffer.concat([bytes, tail]));
    const spool = await place.open();
    expect(await drain(spool)).toEqual(lines);
    await spool.close();
  }
  await place.remove();
});

test('no tail makes recovery throw or lose a whole row', async () => {
  const lines = ['one', 'two'];
  const bytes = await openSegmentBytes(lines);
  const place = await temporaryDirectory();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (tail) => {
      await writeFile(join(place.directory, OPEN_NAME), Buffer.concat([bytes, tail]));
      const spool = await place.open();
      const kept = await drain(spool);
      await spool.close();
      expect(kept.slice(0, 2)).toEqual(lines);
    }),
    { numRuns: 40 },
  );
  await place.remove();
});

test('closed segments of the last run come first, in order, with their sources', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open({ limits: { segmentBytes: 300 } });
  for (let index = 0; index < 6; index++)
    append(spool, `${index}`.repeat(150), index, { ...SOURCE, host: `h${index}` });
  await spool.sync(false);
  await spool.close();
  const again = await place.open();
  append(again, 'new');
  again.seal();
  const [segment] = await again.waiting(ONE, new AbortController().signal);
  expect(segment).toMatchObject({ number: 1, rows: 1, sources: [undefined, { ...SOURCE, host: 'h0' }] });
  expect(again.bytes()).toBeGreaterThan(0);
  expect(again.oldestAgeSeconds()).toBeGreaterThanOrEqual(0);
  expect(await drain(again)).toEqual([...Array.from({ length: 6 }, (_, index) => `${index}`.repeat(150)), 'new']);
  await again.close();
  expect((await readdir(place.directory)).sort()).toEqual(['failed', 'next-number']);
  await place.remove();
});

test('a second crash before the repaired segment was taken loses nothing', async () => {
  const bytes = await openSegmentBytes(['one', 'two']);
  const place = await temporaryDirectory();
  await writeFile(join(place.directory, OPEN_NAME), bytes.subarray(0, bytes.length - 1));
  await (await place.open()).close();
  await copyFile(join(place.directory, '0000000007.segment'), join(place.directory, '0000000009.open'));
  const spool = await place.open();
  append(spool, 'three');
  spool.seal();
  expect(await drain(spool)).toEqual(['one', 'one', 'three']);
  await spool.close();
  await place.remove();
});
