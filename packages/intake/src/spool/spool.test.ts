// The spool in fair weather: rows, numbers, limits, hand-over, lock.
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { readSegmentRows, scanSegment } from './scan-segment.ts';
import { failingDisk } from './testing/failing-disk.ts';
import { append, drain, ONE, SOURCE, temporaryDirectory } from './testing/temporary-spool.ts';

const NEVER = new AbortController().signal;

test('gives back every byte, position, arrival and source', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open();
  const lines = [
    '',
    '\\N',
    'a\0b\x01\r',
    '\xff\xfe',
    'x'.repeat(127),
    'x'.repeat(128),
    'x'.repeat(20_000),
    'x'.repeat(3_000_000),
  ];
  const other = { ...SOURCE, host: 'm1' };
  for (const [index, line] of lines.entries())
    append(
      spool,
      line,
      5_000_000_000 + index,
      index % 2 === 0 ? SOURCE : { ...other },
      index === 3 ? 'torn é' : undefined,
    );
  spool.seal();
  const [segment] = await spool.waiting(ONE, NEVER);
  const rows = await readSegmentRows(segment?.path ?? '');
  expect(rows.map((row) => row.line.toString('latin1'))).toEqual(lines);
  expect(rows.map((row) => row.position)).toEqual(lines.map((_, index) => 5_000_000_000 + index));
  expect(rows.every((row) => row.arrivalMicros === 1_700_000_000_123_456)).toBe(true);
  expect(rows.map((row) => row.problem)).toEqual(['', '', '', 'torn é', '', '', '', '']);
  expect(rows.map((row) => row.source.host)).toEqual(['m0', 'm1', 'm0', 'm1', 'm0', 'm1', 'm0', 'm1']);
  // Equal sources of different requests share one number.
  expect(segment?.sources).toEqual([undefined, SOURCE, other]);
  expect(segment?.rows).toBe(8);
  expect(await scanSegment(segment?.path ?? '')).toEqual({ rows: 8, sources: segment?.sources });
  await spool.close();
  await place.remove();
});

test('writes the rows that the engine expects, byte for byte', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open();
  append(spool, 'AB', 258, SOURCE, 'p');
  append(spool, 'C', 261, SOURCE, 'q');
  spool.seal();
  const [segment] = await spool.waiting(ONE, NEVER);
  const bytes = await readFile(segment?.path ?? '');
  const arrival = Buffer.alloc(8);
  arrival.writeBigInt64LE(1_700_000_000_123_456n);
  const printRows = (seal: string) => {
    const problem = Buffer.from(`\u0001${seal}${JSON.stringify(SOURCE)}\u0001p`);
    return Buffer.concat([
      Buffer.from([1, 0, 2, 1, 0, 0, 0, 0, 0, 0]),
      arrival,
      Buffer.from([(problem.length & 0x7f) | 0x80, problem.length >> 7]),
      problem,
      Buffer.from([2, 0x41, 0x42]),
      Buffer.from([1, 0, 5, 1, 0, 0, 0, 0, 0, 0]),
      arrival,
      Buffer.from([1, 0x71, 1, 0x43]),
    ]);
  };
  const unsealed = printRows('0'.repeat(16));
  const digits = (value: number) => value.toString(16).padStart(8, '0');
  expect(bytes).toEqual(printRows(digits(unsealed.length) + digits(crc32(unsealed))));
  const rows = await readSegmentRows(segment?.path ?? '');
  expect(rows.map((row) => [row.problem, row.line.toString()])).toEqual([
    ['p', 'AB'],
    ['q', 'C'],
  ]);
  await spool.close();
  await place.remove();
});

test('hands over the oldest segment until it is removed, and never uses a number twice', async () => {
  const place = await temporaryDirectory();
  const numbers: number[] = [];
  for (let run = 0; run < 3; run++) {
    const spool = await place.open();
    for (const line of ['one', 'two']) {
      append(spool, line);
      spool.seal();
    }
    const [first] = await spool.waiting(ONE, NEVER);
    expect((await spool.waiting(ONE, NEVER))[0]).toBe(first);
    for (let index = 0; index < 2; index++) {
      const [segment] = await spool.waiting(ONE, NEVER);
      if (segment === undefined) throw new Error('no segment');
      numbers.push(segment.number);
      await spool.remove(segment);
    }
    expect(spool.segments()).toBe(0);
    expect(spool.bytes()).toBe(0);
    await spool.close();
    expect((await readdir(place.directory)).sort()).toEqual(['failed', 'next-number']);
  }
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  await place.remove();
});

const HOUR = 3_600_000;

test('knows which numbers an earlier run left, and which comes first otherwise', async () => {
  const place = await temporaryDirectory();
  const one = await place.open();
  expect([one.firstNumber, one.lastLeftNumber]).toEqual([1, 0]);
  for (const line of ['a', 'b']) {
    append(one, line);
    one.seal();
  }
  await one.close();
  const two = await place.open();
  expect([two.firstNumber, two.lastLeftNumber]).toEqual([1, 2]);
  await drain(two);
  await two.close();
  const three = await place.open();
  expect([three.firstNumber, three.lastLeftNumber]).toEqual([3, 0]);
  await three.close();
  await place.remove();
});

test('closes a segment at its size, and a bigger row has one of its own', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open({ limits: { segmentBytes: 1000, bulkSegmentMillis: HOUR } });
  for (let index = 0; index < 10; index++) append(spool, 'x'.repeat(200));
  const [first] = await spool.waiting(ONE, NEVER);
  expect(first?.rows).toBe(3);
  expect(first?.bytes).toBeLessThanOrEqual(1000);
  append(spool, 'x'.repeat(5000));
  append(spool, 'small');
  spool.seal();
  expect((await drain(spool)).map((line) => line.length)).toEqual([...Array.from({ length: 10 }, () => 200), 5000, 5]);
  await spool.close();
  await place.remove();
});

test('closes a segment a while after its first live row, not for a row of an import', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open({ limits: { liveSegmentMillis: 10, bulkSegmentMillis: HOUR } });
  append(spool, 'bulk');
  expect((await spool.waiting(ONE, AbortSignal.timeout(100)))[0]).toBeUndefined();
  append(spool, 'live', 0, { ...SOURCE, kind: 'file' });
  expect((await spool.waiting(ONE, NEVER))[0]?.rows).toBe(2);
  await spool.close();
  await place.remove();
});

test('the first live row after a quiet time waits a tenth of what others wait', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open({ limits: { liveSegmentMillis: 1000, bulkSegmentMillis: HOUR } });
  const waited: number[] = [];
  for (let row = 0; row < 2; row++) {
    append(spool, `row ${row}`, 0, { ...SOURCE, kind: 'file' });
    const begun = performance.now();
    const [segment] = await spool.waiting(ONE, NEVER);
    waited.push(performance.now() - begun);
    if (segment !== undefined) await spool.remove(segment);
  }
  expect(waited[0]).toBeGreaterThanOrEqual(90);
  expect(waited[0]).toBeLessThan(900);
  expect(waited[1]).toBeGreaterThanOrEqual(990);
  await spool.close();
  await place.remove();
});

test('while the store is busy, live rows gather in one segment', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open({ limits: { liveSegmentMillis: 5, bulkSegmentMillis: HOUR } });
  for (let row = 0; row < 20; row++) {
    append(spool, `row ${row}`, 0, { ...SOURCE, kind: 'file' });
    await spool.sync(true);
    await systemClock.pause(30, NEVER);
  }
  expect(spool.segments()).toBe(2);
  // The store catches up: what gathered is handed over too.
  const rows: number[] = [];
  for (let taken = 0; taken < 2; taken++) {
    const [segment] = await spool.waiting(ONE, NEVER);
    if (segment === undefined) break;
    rows.push(segment.rows);
    await spool.remove(segment);
  }
  expect(rows.reduce((sum, count) => sum + count)).toBe(20);
  expect(rows.at(-1)).toBeGreaterThan(10);
  await spool.close();
  await place.remove();
});

test('closes a segment of an import too when nothing more comes', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open({ limits: { bulkSegmentMillis: 10 } });
  append(spool, 'bulk');
  expect((await spool.waiting(ONE, NEVER))[0]?.rows).toBe(1);
  await spool.close();
  await place.remove();
});

test('one fsync serves all who wait', async () => {
  const place = await temporaryDirectory();
  const disk = failingDisk();
  const spool = await place.open({ disk });
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, (_, index) => {
      append(spool, `line ${index}`);
      return spool.sync(false);
    }),
  );
  expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
  expect(disk.done.sync).toBeLessThanOrEqual(3);
  const syncs = disk.done.sync;
  expect(await spool.sync(false)).toEqual({ ok: true });
  expect(disk.done.sync).toBe(syncs);
  await spool.close();
  await place.remove();
});

test('what was synced stands in the file at that moment', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open();
  for (let index = 0; index < 20; index++) {
    append(spool, `line ${index}`);
    await spool.sync(false);
    const rows = await readSegmentRows(join(place.directory, '0000000001.open'));
    expect(rows.length).toBe(index + 1);
  }
  await spool.close();
  await place.remove();
});

async function setPoisonAside() {
  const place = await temporaryDirectory();
  const spool = await place.open();
  append(spool, 'poison');
  spool.seal();
  const [segment] = await spool.waiting(ONE, NEVER);
  if (segment === undefined) throw new Error('no segment');
  const path = await spool.setAside(segment, 'the engine said no');
  return { place, spool, segment, path };
}

test('sets a segment aside with the reason and keeps its number taken', async () => {
  const { place, spool, path } = await setPoisonAside();
  expect((await readSegmentRows(path)).map((row) => row.line.toString())).toEqual(['poison']);
  expect(await readFile(`${path}.reason.txt`, 'utf8')).toBe('the engine said no\n');
  expect(place.logged.join()).toContain('KW_SPOOL_SEGMENT_SET_ASIDE');
  append(spool, 'fine');
  await spool.close();
  const again = await place.open();
  expect((await again.waiting(ONE, NEVER))[0]?.number).toBe(2);
  await again.close();
  await place.remove();
});

test.each([
  ['alone', false],
  ['with its reason', true],
])('a segment that is moved back %s comes last, under a new number', async (_, withReason) => {
  const { place, spool, segment, path } = await setPoisonAside();
  append(spool, 'later');
  await spool.close();
  await rename(path, segment.path);
  const reason = `${segment.path}.reason.txt`;
  if (withReason) await rename(`${path}.reason.txt`, reason);
  const again = await place.open();
  const waiting = await again.waiting({ segments: 9, bytes: 1e9 }, NEVER);
  expect(waiting.map(({ number, rows }) => [number, rows])).toEqual([
    [2, 1],
    [3, 1],
  ]);
  expect((await readSegmentRows(waiting[1]?.path ?? '')).map((row) => row.line.toString())).toEqual(['poison']);
  expect((await readdir(place.directory)).some((name) => name.includes('reason'))).toBe(false);
  append(again, 'newest');
  again.seal();
  expect(again.newestNumber).toBe(4);
  await again.close();
  // Once is enough: the number it has now was never refused.
  const third = await place.open();
  expect((await third.waiting({ segments: 9, bytes: 1e9 }, NEVER)).map(({ number }) => number)).toEqual([2, 3, 4]);
  await third.close();
  await place.remove();
});

test('says its figures', async () => {
  const place = await temporaryDirectory();
  let micros = 1_700_000_000_123_456;
  const spool = await place.open({
    clock: { nowMicros: () => micros, pause: async () => {} },
    limits: { bulkSegmentMillis: 100_000 },
  });
  expect([spool.bytes(), spool.segments(), spool.oldestAgeSeconds()]).toEqual([0, 0, 0]);
  append(spool, 'x'.repeat(1000));
  micros += 2_500_000;
  expect(spool.segments()).toBe(1);
  expect(spool.oldestAgeSeconds()).toBe(2.5);
  const bytes = spool.bytes();
  expect(bytes).toBeGreaterThan(1000);
  expect(spool.retainedBytes()).toBe(bytes);
  await spool.sync(false);
  expect(spool.retainedBytes()).toBe(0);
  expect(spool.bytes()).toBe(bytes);
  await spool.close();
  await place.remove();
});

test('refuses a directory that another living process has, and takes over from a dead one', async () => {
  const place = await temporaryDirectory();
  const spool = await place.open();
  await expect(place.open()).rejects.toThrow(/KW_SPOOL_IN_USE: process \d+ has/);
  await spool.close();
  await writeFile(join(place.directory, 'lock'), `${process.pid} 1\n`);
  const afterCrash = await place.open();
  await afterCrash.close();
  await writeFile(join(place.directory, 'lock'), '');
  await (await place.open()).close();
  await place.remove();
});
