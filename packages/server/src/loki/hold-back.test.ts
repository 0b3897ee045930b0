// What is held back: late entries come in their place, nobody waits for longer than the delay, and an end is an end.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { FreshEntries } from './entry-store.ts';
import { holdBack } from './hold-back.ts';

const nowNanos = (): bigint => BigInt(Math.round(performance.now() * 1000)) * 1000n;

const landed = (...times: readonly number[]): FreshEntries => ({
  entries: times.map((time) => ({ labels: { a: 'b' }, timeNanos: BigInt(time), line: String(time), metadata: {} })),
  foundNanos: nowNanos(),
});

/** Batches that land so many milliseconds after one another; then nothing more, until the signal aborts. */
async function* land(signal: AbortSignal, ...batches: readonly (readonly [number, ...(readonly number[])])[]) {
  for (const [afterMs, ...times] of batches) {
    await pause(afterMs);
    yield landed(...times);
  }
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function follow(delayMs: number, count: number, ...batches: Parameters<typeof land>[1][]) {
  const ending = new AbortController();
  const { signal } = ending;
  const beganMs = performance.now();
  const seen: { readonly lines: readonly string[]; readonly ms: number }[] = [];
  for await (const entries of holdBack(land(signal, ...batches), { delayMs, nowNanos, signal })) {
    seen.push({ lines: entries.map(({ line }) => line), ms: performance.now() - beganMs });
    if (seen.length === count) ending.abort();
  }
  return seen;
}

test('who is late by less than the delay comes in its place, and what is newer waits for its own time', async () => {
  const [first, second, ...more] = await follow(600, 2, [0, 10], [1, 5], [1, 20, 15]);
  expect([first?.lines, second?.lines, more]).toEqual([['5', '10'], ['15', '20'], []]);
  expect(first?.ms).toBeGreaterThan(590);
});

test('what was found long ago waits no more', async () => {
  const ending = new AbortController();
  const { signal } = ending;
  const delayMs = 3_600_000;
  async function* late() {
    yield { ...landed(10), foundNanos: nowNanos() - 2n * BigInt(delayMs) * 1_000_000n };
    yield* land(signal);
  }
  for await (const entries of holdBack(late(), { delayMs, nowNanos, signal })) {
    expect(entries.map(({ line }) => line)).toEqual(['10']);
    ending.abort();
  }
});

test('without a delay each batch comes as it lands, in order', async () => {
  const seen = await follow(0, 2, [0, 10, 3], [100, 5]);
  expect(seen.map(({ lines }) => lines)).toEqual([['3', '10'], ['5']]);
});

test('signs of life are not held back, and an abort ends what waits', async () => {
  const seen = await follow(3_600_000, 1, [0, 10], [50]);
  expect(seen.map(({ lines }) => lines)).toEqual([[]]);
});
