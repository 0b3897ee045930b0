// After a crash: every whole frame is kept, whatever the disk made of what follows, and nothing else.
import { copyFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { append, drain, ONE, SOURCE, type TemporaryDirectory, temporaryDirectory } from './testing/temporary-spool.ts';

const OPEN_NAME = '0000000007.open';

/** An append of each row, then a write. */
type Frames = readonly (readonly string[])[];

/** A segment as it stands while it is written, and where its frames end. Three sources, a problem in every second row. */
async function writeOpenSegment(frames: Frames): Promise<{ bytes: Buffer; ends: number[] }> {
  const place = await temporaryDirectory();
  const spool = await place.open();
  const path = join(place.directory, '0000000001.open');
  const ends: number[] = [];
  let index = 0;
  for (const lines of frames) {
    for (const line of lines) {
      append(spool, line, index, { ...SOURCE, host: `m${index % 3}` }, index % 2 === 1 ? 'a reason' : undefined);
      index++;
    }
    await spool.sync(false);
    ends.push((await stat(path)).size);
  }
  const bytes = await readFile(path);
  await spool.close();
  await place.remove();
  return { bytes, ends };
}

/** The lines that a spool has that finds these bytes as its open segment. */
async function recover(place: TemporaryDirectory, bytes: Buffer): Promise<string[]> {
  await rm(join(place.directory, 'next-number'), { force: true });
  await writeFile(join(place.directory, OPEN_NAME), bytes);
  const spool = await place.open();
  const lines = await drain(spool);
  await spool.close();
  return lines;
}

const FRAMES: Frames = [
  ['first line', 'second, with a problem'],
  ['', 'x'.repeat(130), `${'y'.repeat(200)}\u0001`],
  ['last'],
];

test('a segment torn at any byte keeps its whole frames', { timeout: 60_000 }, async () => {
  const { bytes, ends } = await writeOpenSegment(FRAMES);
  const place = await temporaryDirectory();
  const seen = new Set<number>();
  for (let length = 0; length <= bytes.length; length++) {
    const whole = ends.filter((end) => end <= length).length;
    expect(await recover(place, bytes.subarray(0, length)), `cut at ${length}`).toEqual(FRAMES.slice(0, whole).flat());
    seen.add(whole);
  }
  expect([...seen]).toEqual([0, 1, 2, 3]);
  expect(place.logged.join('\n')).toMatch(/Segment 7 was being written at the last stop: 2 rows kept, \d+ bytes/);
  await place.remove();
});

test('a last write of which any byte is another is cut off', { timeout: 60_000 }, async () => {
  const { bytes, ends } = await writeOpenSegment(FRAMES);
  const place = await temporaryDirectory();
  for (let at = ends[1] ?? 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    expect(await recover(place, damaged), `byte ${at}`).toEqual(FRAMES.slice(0, 2).flat());
  }
  await place.remove();
});

test('half a row, completed by zeros, by rubbish or by the bytes of older rows, is no row', async () => {
  const { bytes, ends } = await writeOpenSegment(FRAMES);
  const place = await temporaryDirectory();
  const tails = [
    Buffer.alloc(19),
    Buffer.alloc(20),
    Buffer.alloc(5000),
    Buffer.alloc(5000, 0xff),
    Buffer.from('{"kind":"Event"}\n'.repeat(9)),
    bytes.subarray(0, 400),
  ];
  const [, start = 0, end = 0] = ends;
  for (const tail of tails) {
    expect(await recover(place, Buffer.concat([bytes, tail]))).toEqual(FRAMES.flat());
    for (let length = start; length < end; length++) {
      const torn = Buffer.concat([bytes.subarray(0, length), tail]);
      expect(await recover(place, torn), `cut at ${length}`).toEqual(FRAMES.slice(0, 2).flat());
    }
  }
  await place.remove();
});

test('no tail makes recovery throw or lose a whole frame', async () => {
  const { bytes } = await writeOpenSegment(FRAMES);
  const place = await temporaryDirectory();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (tail) => {
      expect(await recover(place, Buffer.concat([bytes, tail]))).toEqual(FRAMES.flat());
    }),
    { numRuns: 40 },
  );
  await place.remove();
});

test('frames of all sizes: rows of a block, a row larger than a block, writes between', async () => {
  const lines = Array.from({ length: 60 }, (_, index) => `${index} ${'z'.repeat((index * 7919) % 90_000)}`);
  lines[30] = 'l'.repeat(3_000_000);
  const { bytes, ends } = await writeOpenSegment([lines.slice(0, 25), lines.slice(25, 31), lines.slice(31)]);
  const place = await temporaryDirectory();
  expect(await recover(place, bytes)).toEqual(lines);
  // The last write was of several blocks, each with a frame of its own.
  const torn = await recover(place, bytes.subarray(0, (ends[2] ?? 0) - 1));
  expect(torn).toEqual(lines.slice(0, torn.length));
  expect(torn.length).toBeGreaterThan(31);
  expect(torn.length).toBeLessThan(60);
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
  const { bytes } = await writeOpenSegment([['one'], ['two']]);
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
