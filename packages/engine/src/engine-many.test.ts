// Many callers at once before one engine: cancelling, queueing, sharing sockets; nobody disturbs anybody else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  connectClient,
  listRunning,
  openTestEngine,
  readRows,
  type TestEngine,
  waitUntil,
} from './testing/test-engine.ts';

let under: TestEngine;
beforeAll(async () => {
  under = await openTestEngine();
  await under.client.command({ query: 'CREATE TABLE slow (a UInt8) ENGINE = Memory' });
});
afterAll(async () => {
  await under.close();
});

test('aborting stops the query in the engine, while it computes and while it sends', async () => {
  for (const query of ['SELECT sum(number) FROM numbers(1e13)', 'SELECT number FROM numbers(1e13)']) {
    const abort = new AbortController();
    const asked = under.client.query({ query, format: 'JSONEachRow', abort_signal: abort.signal });
    const outcome = asked.then(
      () => 'answered',
      () => 'rejected',
    );
    expect(await waitUntil(async () => (await listRunning(under.client)).length === 1, 5000)).toBe(true);
    abort.abort();
    await outcome;
    await asked.then((answer) => answer.close()).catch(() => {});
    await waitUntil(async () => (await listRunning(under.client)).length === 0, 2000);
    expect(await listRunning(under.client)).toEqual([]);
  }
});

test('a statement that waits for the writer is taken back when its caller goes', async () => {
  const first = under.client.command({
    query: 'INSERT INTO slow SELECT sleepEachRow(0.05) FROM numbers(12) SETTINGS max_block_size = 1',
  });
  expect(await waitUntil(async () => (await listRunning(under.client)).length === 1, 5000)).toBe(true);
  const abort = new AbortController();
  const second = under.client
    .command({ query: 'INSERT INTO slow SELECT 7', abort_signal: abort.signal })
    .catch(() => 'gone');
  await new Promise((resolve) => setTimeout(resolve, 50));
  abort.abort();
  expect(await second).toBe('gone');
  await first;
  expect(await readRows(under.client, 'SELECT count() AS n FROM slow WHERE a = 7')).toEqual([{ n: 0 }]);
});

test('several readers answer while one is busy and the writer writes', async () => {
  const slow = readRows(under.client, 'SELECT sleep(1) AS s');
  const writing = under.client.command({
    query: 'INSERT INTO slow SELECT sleepEachRow(0.05) FROM numbers(20) SETTINGS max_block_size = 1',
  });
  const startedAt = performance.now();
  expect(await readRows(under.client, 'SELECT 2 AS two')).toEqual([{ two: 2 }]);
  expect(performance.now() - startedAt).toBeLessThan(800);
  await Promise.all([slow, writing]);
});

test('many requests share one socket', async () => {
  const { client, agent } = connectClient(under.engine.socketPath, { maxSockets: 1 });
  let sockets = 0;
  agent.on('free', () => {
    sockets = Math.max(sockets, Object.values(agent.freeSockets).flat().length);
  });
  const seen = new Set<unknown>();
  for (let i = 0; i < 50; i += 1) {
    await readRows(client, `SELECT ${i} AS i`);
    for (const socket of Object.values(agent.freeSockets).flat()) seen.add(socket);
  }
  expect(seen.size).toBe(1);
  await client.close();
});

test('aborted requests leave those beside them alone, and nothing behind', async () => {
  const { client } = connectClient(under.engine.socketPath, { maxSockets: 5 });
  await client.command({
    query:
      'CREATE TABLE busy ENGINE = MergeTree ORDER BY n AS SELECT number AS n, repeat(toString(n), 50) AS s FROM numbers(100000)',
  });
  const query = 'SELECT n, s FROM busy ORDER BY n LIMIT 5000';
  let answers = 0;
  const work = async (worker: number): Promise<void> => {
    for (let i = 0; i < 12; i += 1) {
      const abort = new AbortController();
      const isAborted = (worker + i) % 2 === 0;
      if (isAborted) setTimeout(() => abort.abort(), (worker * 7 + i * 3) % 25);
      const asked = client
        .query({ query, format: 'JSONEachRow', abort_signal: abort.signal })
        .then((answer) => answer.json());
      if (isAborted) await asked.catch(() => {});
      else if ((await asked).length === 5000) answers += 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)));
  expect(answers).toBe(48);
  expect(await waitUntil(async () => (await listRunning(client)).length === 0, 2000)).toBe(true);
  expect(under.engine.restarts()).toBe(0);
  await client.close();
});

test('a scalar subquery that takes long does not hold up anybody else', async () => {
  const slow = readRows(under.client, 'WITH (SELECT sum(sleepEachRow(0.1)) FROM numbers(10)) AS x SELECT x');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const startedAt = performance.now();
  expect((await under.client.ping()).success).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(500);
  await slow;
});
