// Clients that go: whatever runs for them ends, the log of reads says so, and their place is free again.
import { request } from 'node:http';
import type { StreamRow } from '@kubewitness/core/logql';
import { expect, test } from 'vitest';
import { answeredWith, createReferenceSource, type LokiSource } from '../../loki/index.ts';
import { createMemoryEntries } from '../../loki/testing/memory-entries.ts';
import { ask } from '../testing/ask.ts';
import { openLoki, THEN_NANOS } from './testing/open-loki.ts';

const reference = createReferenceSource({
  entries: createMemoryEntries(() => THEN_NANOS),
  maxSeries: 10,
  maxPoints: 10,
  maxSamples: 10,
  alignment: 'none',
  nowNanos: () => THEN_NANOS,
});

/** Questions that would run for ever; counts those that began and those that were told to end. */
function createEndless() {
  const seen = { begun: 0, ended: 0, batches: 0 };
  const untilAbort = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      seen.begun++;
      signal.addEventListener('abort', () => {
        seen.ended++;
        reject(signal.reason);
      });
    });
  const row: StreamRow = {
    stream: { a: 'b' },
    metadata: {},
    parsed: {},
    timeNanos: THEN_NANOS,
    line: 'x'.repeat(100_000),
  };
  async function* endlessRows(): AsyncGenerator<readonly StreamRow[], void, void> {
    seen.begun++;
    try {
      for (;;) {
        seen.batches++;
        yield Array.from({ length: 20 }, () => row);
      }
    } finally {
      seen.ended++;
    }
  }
  const source: LokiSource = {
    ...reference,
    runMetricQuery: (_question, signal) => untilAbort(signal),
    labelNames: (_selection, signal) => untilAbort(signal),
    patterns: (_question, signal) => untilAbort(signal),
    runLogQuery: async () => answeredWith({ batches: endlessRows(), figures: { lines: 0, bytes: 0 } }),
  };
  return { source, seen };
}

test('a question that runs when the server stops is told so', async () => {
  const { source, seen } = createEndless();
  const server = await openLoki({ options: { loki: source } });
  const asked = ask(`${server.url}/loki/api/v1/labels`);
  await expect.poll(() => seen.begun).toBe(1);
  await server.close(50);
  const answer = await asked;
  expect([answer.status, answer.headers['retry-after'], answer.text]).toEqual([
    503,
    '5',
    'the server stopped before the answer was whole; ask again when it is back.\n',
  ]);
});

test.each([
  'query?query=rate({a="b"}[1m])',
  'query_range?query=sum(rate({a="b"}[1m]))&step=60',
  'query_range?query={a="b"}&limit=1000000',
  'labels?start=0',
  'patterns?query={a="b"}&step=60',
])('%s', async (path) => {
  const { source, seen } = createEndless();
  const server = await openLoki({ options: { loki: source } });
  const outgoing = request(`${server.url}/loki/api/v1/${encodeURI(path)}`, { agent: false }).end();
  // Lines come at once, and are not taken.
  outgoing.on('response', (answer) => answer.pause());
  outgoing.on('error', () => {});
  await expect.poll(() => seen.begun).toBe(1);
  expect(seen.ended).toBe(0);
  outgoing.destroy();
  await expect.poll(() => seen.ended).toBe(1);
  await expect
    .poll(async () => (await server.accessLines()).at(-1))
    .toMatchObject({ event: 'end', outcome: 'aborted' });
  expect(await server.metrics.print()).not.toMatch(/kubewitness_queries_running\{[^}]*\} [1-9]/);
  expect(server.logged.join('')).not.toContain('"level":"error"');
  // What the sockets of both sides hold, not gigabytes.
  expect(seen.batches).toBeLessThan(30);
});
