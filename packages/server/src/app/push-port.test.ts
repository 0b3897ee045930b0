// The push port over a real spool without a store: refusals under back-pressure, rows on the disk, and how long readers wait.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEnvelopeReader, type PushStream } from '@kubewitness/core/formats';
import { openIngest } from '@kubewitness/intake/ingest';
import { systemClock } from '@kubewitness/intake/spool';
import { expect, onTestFinished, test } from 'vitest';
import type { StoreWriter } from '../store/index.ts';
import { openPushPort } from './push-port.ts';

const silent = { info() {}, warn() {}, error() {} };
const never = new AbortController().signal;
const stream = (...lines: readonly string[]): PushStream => ({
  labels: { app: 'a' },
  entries: lines.map((line, at) => ({ timeNanos: BigInt(at) + 100n, line, metadata: {} })),
});

async function open(maxSpoolBytes: number) {
  const directory = await mkdtemp(join(tmpdir(), 'kw-push-'));
  const limits = { maxSpoolBytes, minFreeBytes: 0 };
  const opening = await openIngest({ directory, clock: systemClock, log: silent, signal: never, limits });
  if (!opening.ok) throw new Error(opening.problem);
  const { ingest } = opening;
  onTestFinished(async () => {
    await ingest.close();
    await rm(directory, { recursive: true, force: true });
  });
  let newest = 0;
  let wake = () => {};
  const writer: Pick<StoreWriter, 'newestBatch' | 'wait'> = {
    newestBatch: () => newest,
    wait: (_number, millis) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, millis);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
  const land = (batch: number) => {
    newest = batch;
    wake();
  };
  return { port: openPushPort(ingest, writer, systemClock.nowMicros), ingest, land };
}

test('pushes of several requests share a segment, each entry whole', async () => {
  const { port, ingest } = await open(2 ** 30);
  const many = Array.from({ length: 20 }, (_, at) => port.append('t', [stream(`a ${at}`, 'b\nc')]));
  expect(await Promise.all(many)).toEqual(many.map(() => ({ ok: true })));
  ingest.flush();
  const [segment] = await ingest.spool.waiting({ segments: 1, bytes: 0 }, never);
  expect(segment).toMatchObject({ rows: 40, sources: [undefined, { kind: 'push', name: 'push/t' }] });
  expect(createEnvelopeReader()(Buffer.from('push1 ["t",{"app":"a"}]\n100\n\na 0'))?.stream.tenant).toBe('t');
});

test('a full spool answers 429 and when to come back, a closed one 503', async () => {
  const { port, ingest } = await open(1000);
  expect(await port.append('t', [stream('x'.repeat(2000))])).toEqual({ ok: true });
  expect(await port.append('t', [stream('y')])).toEqual({
    ok: false,
    problem: { status: 429, message: expect.stringContaining('KW_INGEST_SPOOL_FULL') },
    retryAfterSeconds: 10,
  });
  await ingest.close();
  expect(await port.append('t', [stream('z')])).toMatchObject({ ok: false, problem: { status: 503 } });
});

test('a reader waits for what was acknowledged to its tenant in its time, and for nothing else', async () => {
  const { port, ingest, land } = await open(2 ** 30);
  await port.append('t', [stream('a')]);
  const batch = ingest.spool.newestNumber;
  await port.settle('other', 1000n, never);
  await port.settle('t', 100n, never);
  let settled = false;
  const waiting = port.settle('t', 101n, never).then(() => {
    settled = true;
  });
  land(batch - 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(settled).toBe(false);
  land(batch);
  await waiting;
  await port.settle('t', 101n, never);
});
