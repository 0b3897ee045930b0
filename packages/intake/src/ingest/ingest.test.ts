// The door to the spool: who may come in when, and what a yes means.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSegmentRows, systemClock } from '../spool/index.ts';
import { failingDisk } from '../spool/testing/failing-disk.ts';
import { SOURCE } from '../spool/testing/temporary-spool.ts';
import { type Ingest, type IngestOptions, openIngest } from './index.ts';

const NEVER = new AbortController().signal;
const LIVE = { ...SOURCE, kind: 'file' } as const;

async function opened(options: Partial<IngestOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'kw-ingest-'));
  const logged: string[] = [];
  const keep = (_details: object, sentence: string) => void logged.push(sentence);
  const opening = await openIngest({
    directory: join(directory, 'spool'),
    clock: systemClock,
    log: { info: keep, warn: keep, error: keep },
    signal: NEVER,
    ...options,
    limits: {
      minFreeBytes: 0,
      retryMillis: 10,
      diskCheckMillis: 10,
      bulkSegmentMillis: 60_000,
      liveSegmentMillis: 60_000,
      ...options.limits,
    },
  });
  if (!opening.ok) throw new Error(opening.problem);
  const { ingest } = opening;
  const close = async () => {
    await ingest.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { ingest, logged, directory, close };
}

async function linesOf(ingest: Ingest): Promise<string[]> {
  ingest.flush();
  const lines: string[] = [];
  while (ingest.spool.segments() > 0) {
    const [segment] = await ingest.spool.waiting({ segments: 1, bytes: 0 }, AbortSignal.timeout(20_000));
    if (segment === undefined) throw new Error('a segment never closed');
    for (const row of await readSegmentRows(segment.path)) lines.push(row.line.toString());
    await ingest.spool.remove(segment);
  }
  return lines;
}

test('a commit covers what was appended before it', async () => {
  const { ingest, close } = await opened();
  ingest.append(LIVE, Buffer.from('one'), 0);
  expect(await ingest.commit()).toEqual({ ok: true });
  ingest.append(LIVE, Buffer.from('two'), 4, 'a reason');
  expect(await ingest.commitPatiently()).toEqual({ ok: true });
  expect(await linesOf(ingest)).toEqual(['one', 'two']);
  await close();
});

test('a node in front of lines gives sources of their own, but no more than nodes there can be', async () => {
  const { ingest, close } = await opened();
  const lines = ingest.linesOf(LIVE);
  for (let index = 0; index < 1500; index++) lines.line(Buffer.from('x'), 0, 1, index, `node-${index}`, '');
  ingest.flush();
  const [segment] = await ingest.spool.waiting({ segments: 1, bytes: 0 }, NEVER);
  expect(segment?.sources.length).toBe(1002);
  expect(segment?.rows).toBe(1500);
  expect(lines.lines).toBe(1500);
  await close();
});

test('refuses while the spool is full and says when to come back', async () => {
  const { ingest, close } = await opened({ limits: { maxSpoolBytes: 500 } });
  expect(ingest.admit()).toEqual({ ok: true });
  ingest.append(LIVE, Buffer.alloc(600, 'x'), 0);
  expect(ingest.admit()).toMatchObject({
    ok: false,
    reason: 'spool-full',
    retryAfterSeconds: 10,
    problem: expect.stringContaining('KW_INGEST_SPOOL_FULL'),
  });
  let isReady = false;
  const waiting = ingest.ready(NEVER).then((ready) => {
    isReady = ready;
  });
  await new Promise((done) => setTimeout(done, 30));
  expect(isReady).toBe(false);
  await linesOf(ingest);
  await waiting;
  expect(isReady).toBe(true);
  await close();
});

test('imports wait earlier than live senders', async () => {
  const { ingest, close } = await opened({ limits: { maxBulkBytes: 500 } });
  ingest.append(SOURCE, Buffer.alloc(600, 'x'), 0);
  expect(ingest.admit()).toEqual({ ok: true });
  expect(await ingest.ready(NEVER)).toBe(true);
  expect(await ingest.ready(AbortSignal.timeout(30), 'bulk')).toBe(false);
  const waiting = ingest.ready(NEVER, 'bulk');
  await linesOf(ingest);
  expect(await waiting).toBe(true);
  await close();
});

test('refuses while the disk is below its reserve, and says so once', async () => {
  const { ingest, logged, close } = await opened({ limits: { minFreeBytes: 2 ** 60 } });
  await new Promise((done) => setTimeout(done, 50));
  expect(ingest.admit()).toMatchObject({ ok: false, reason: 'disk-reserve', retryAfterSeconds: 30 });
  expect(logged.filter((sentence) => sentence.includes('KW_INGEST_DISK_RESERVE')).length).toBe(1);
  expect(ingest.freeDiskBytes).toBeGreaterThan(0);
  expect(await ingest.ready(AbortSignal.timeout(30))).toBe(false);
  await close();
});

test('memory stays bounded when lines come faster than the disk takes them', async () => {
  const disk = failingDisk();
  const { ingest, close } = await opened({ disk, limits: { maxRetainedBytes: 300_000, maxUnsyncedBytes: 100_000 } });
  let most = 0;
  for (let index = 0; index < 2000; index++) {
    if (!(await ingest.ready(NEVER))) throw new Error('not ready');
    ingest.append(LIVE, Buffer.alloc(10_000, 'x'), index);
    most = Math.max(most, ingest.spool.retainedBytes());
  }
  expect(most).toBeLessThan(320_000);
  expect(await ingest.commitPatiently()).toEqual({ ok: true });
  expect((await linesOf(ingest)).length).toBe(2000);
  await close();
});

test('one row bigger than everything that may wait does not stop the intake', async () => {
  const { ingest, close } = await opened({ limits: { maxRetainedBytes: 100_000 } });
  for (let index = 0; index < 3; index++) {
    expect(await ingest.ready(AbortSignal.timeout(2000))).toBe(true);
    ingest.append(LIVE, Buffer.alloc(5_000_000, 'x'), index);
  }
  expect((await linesOf(ingest)).length).toBe(3);
  await close();
});

test('while the disk fails live senders are refused at once, patient ones wait, and nothing piles up', async () => {
  const disk = failingDisk();
  const { ingest, close } = await opened({ disk });
  disk.fault = () => 'ENOSPC';
  ingest.append(LIVE, Buffer.from('one'), 0);
  expect(await ingest.commit()).toMatchObject({
    ok: false,
    reason: 'write-failed',
    retryAfterSeconds: 5,
    problem: expect.stringContaining('ENOSPC'),
  });
  expect(ingest.admit()).toMatchObject({ ok: false, reason: 'write-failed' });
  const patient = ingest.commitPatiently();
  const ready = ingest.ready(NEVER);
  await new Promise((done) => setTimeout(done, 100));
  disk.fault = () => undefined;
  expect(await patient).toEqual({ ok: true });
  expect(await ready).toBe(true);
  expect(await linesOf(ingest)).toEqual(['one']);
  await close();
});

test('closing keeps what was appended before, and acknowledges nothing after', async () => {
  const abort = new AbortController();
  const { ingest, directory } = await opened({ signal: abort.signal });
  ingest.append(LIVE, Buffer.from('before'), 0);
  const waiting = ingest.ready(NEVER);
  abort.abort();
  await waiting;
  ingest.append(LIVE, Buffer.from('after'), 1);
  expect(ingest.admit()).toMatchObject({ ok: false, reason: 'closed' });
  expect(await ingest.commit()).toMatchObject({ ok: false });
  expect(await ingest.commitPatiently()).toMatchObject({ ok: false, reason: 'closed' });
  expect(await ingest.ready(NEVER)).toBe(false);
  await ingest.close();
  const again = await openIngest({
    directory: join(directory, 'spool'),
    clock: systemClock,
    log: { info() {}, warn() {}, error() {} },
    signal: NEVER,
  });
  if (!again.ok) throw new Error(again.problem);
  expect(await linesOf(again.ingest)).toEqual(['before']);
  await again.ingest.close();
  await rm(directory, { recursive: true, force: true });
});

test('a second process in the same directory is told so', async () => {
  const { directory, close } = await opened();
  const second = await openIngest({
    directory: join(directory, 'spool'),
    clock: systemClock,
    log: { info() {}, warn() {}, error() {} },
    signal: NEVER,
  });
  expect(second).toMatchObject({ ok: false, problem: expect.stringContaining('KW_SPOOL_IN_USE') });
  await close();
});
