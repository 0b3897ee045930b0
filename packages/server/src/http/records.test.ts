// Reading over HTTP: questions parsed, answers streamed with back-pressure, broken and abandoned answers, the log of reads.
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { RecordsRequest } from '@kubewitness/core/wire';
import { expect, test } from 'vitest';
import type { AccessLog } from '../auth/index.ts';
import type { RecordStream } from '../query/index.ts';
import { ask, problemOf } from './testing/ask.ts';
import { openServer } from './testing/open-server.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function stream(chunks: AsyncIterable<Uint8Array>, rows = 0, cursor?: string): RecordStream {
  return { chunks, rows: () => rows, nextCursor: () => cursor };
}

async function* lines(...texts: string[]) {
  for (const text of texts) yield bytes(text);
}

async function* broken(...texts: string[]): AsyncIterable<Uint8Array> {
  yield* lines(...texts);
  throw Object.assign(new Error('the question took more than 120 s; ask for a shorter time.'), {
    code: 'KW_QUERY_TIMEOUT',
    status: 504,
  });
}

test('a question reaches the store as it was asked and its rows come back with the cursor as trailer', async () => {
  const asked: RecordsRequest[] = [];
  const server = await openServer({
    query: {
      records: async (question) => {
        asked.push(question);
        return stream(lines('{"a":1}\n', '{"a":2}\n'), 2, '17-cafe');
      },
    },
  });
  const answer = await ask(`${server.url}/api/v1/records?user=alice&user=bob&code=4xx&limit=2&view=line`);
  expect([answer.status, answer.text]).toEqual([200, '{"a":1}\n{"a":2}\n']);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(answer.trailers).toEqual({ 'kubewitness-next-cursor': '17-cafe' });
  expect(asked[0]).toMatchObject({
    limit: 2,
    view: 'line',
    filter: { conditions: [{ flag: 'user' }, { flag: 'code' }] },
  });
});

test('each read is on record before the first byte of its answer and once more with its rows', async () => {
  const server = await openServer({
    roles: ['read'],
    query: { records: async () => stream(lines('{}\n'), 1) },
  });
  const answer = await ask(`${server.url}/api/v1/records?user=alice`, { token: server.tokens[0] ?? '' });
  expect(answer.text).toBe('{}\n');
  expect((await server.accessLines()).slice(0, 1)).toMatchObject([
    {
      event: 'start',
      who: { name: 'my read', role: 'read' },
      route: '/api/v1/records',
      query: 'user=alice',
      from: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    },
  ]);
  await expect
    .poll(server.accessLines)
    .toMatchObject([{ event: 'start' }, { event: 'end', rows: 1, bytes: 3, outcome: 'ok', code: '' }]);
  expect(await server.metrics.print()).toContain('kubewitness_query_seconds_count{kind="records",outcome="ok"} 1');
});

test('a wrong question is refused with a sentence that names the nearest word', async () => {
  const server = await openServer();
  for (const [query, sentence] of [
    ['usr=alice', 'did you mean user?'],
    ['code=abc', 'is not a response code'],
    ['limit=-1', 'is not a whole number'],
    ['cursor=x', 'start again without it'],
  ]) {
    const answer = await ask(`${server.url}/api/v1/records?${query}`);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(problemOf(answer)).toMatchObject({
      status: 400,
      code: 'KW_BAD_REQUEST',
      type: 'docs/errors/KW_BAD_REQUEST.md',
      detail: expect.stringContaining(sentence ?? '?'),
    });
  }
  expect(await ask(`${server.url}/api/v1/top?by=usr`)).toMatchObject({ status: 400 });
  expect(await ask(`${server.url}/api/v1/stats?by=user`)).toMatchObject({ status: 400 });
  expect(await ask(`${server.url}/api/v1/quarantine?limt=1`)).toMatchObject({ status: 400 });
});

test('an answer that fails before its first byte has its own status; one that breaks later says so in a trailer', async () => {
  const server = await openServer({
    query: { records: async (question) => stream(question.limit === 1 ? broken() : broken('{"a":1}\n')) },
  });
  const before = await ask(`${server.url}/api/v1/records?limit=1`);
  expect([before.status, problemOf(before)]).toMatchObject([504, { code: 'KW_QUERY_TIMEOUT' }]);
  const after = await ask(`${server.url}/api/v1/records?limit=2`);
  expect([after.status, after.text]).toEqual([200, '{"a":1}\n']);
  expect(JSON.parse(after.trailers['kubewitness-problem'] ?? '')).toMatchObject({
    code: 'KW_QUERY_TIMEOUT',
    status: 504,
  });
  await expect
    .poll(async () => (await server.accessLines()).filter((l) => l['event'] === 'end'))
    .toMatchObject([
      { outcome: 'failed', code: 'KW_QUERY_TIMEOUT' },
      { outcome: 'failed', code: 'KW_QUERY_TIMEOUT' },
    ]);
});

test('a surprise tells the user nothing but where its cause is logged', async () => {
  const server = await openServer({ query: { top: () => Promise.reject(new TypeError('secret internals')) } });
  const answer = await ask(`${server.url}/api/v1/top`, { headers: { 'x-request-id': 'my-id-1' } });
  expect([answer.status, answer.headers['x-request-id']]).toEqual([500, 'my-id-1']);
  expect(problemOf(answer)).toMatchObject({ code: 'KW_INTERNAL', detail: expect.stringContaining('my-id-1') });
  expect(answer.text).not.toContain('secret');
  expect(server.logged.join('')).toContain('secret internals');
});

test('only what the client reads is asked from the store, and leaving stops the store', async () => {
  let produced = 0;
  let stopped = false;
  let aborted = false;
  const chunk = new Uint8Array(64 * 1024).fill(120);
  const server = await openServer({
    query: {
      records: async (_question, signal) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        async function* endless() {
          try {
            for (;;) {
              produced++;
              yield chunk;
            }
          } finally {
            stopped = true;
          }
        }
        return stream(endless());
      },
    },
  });
  const outgoing = request(`${server.url}/api/v1/records?limit=0`, { agent: false }).end();
  const answer = await new Promise<NodeJS.ReadableStream & { destroy(): void }>((resolve) =>
    outgoing.once('response', resolve),
  );
  answer.pause();
  await expect
    .poll(async () => {
      const before = produced;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return produced === before;
    })
    .toBe(true);
  // What the sockets of both sides hold, not gigabytes.
  expect(produced).toBeLessThan(400);
  answer.destroy();
  await expect.poll(() => [stopped, aborted]).toEqual([true, true]);
  await expect
    .poll(async () => (await server.accessLines()).at(-1))
    .toMatchObject({ event: 'end', outcome: 'aborted' });
  expect(await server.metrics.print()).toContain('kubewitness_queries_running{kind="records"} 0');
});

test('a client that reads nothing for too long loses its place', async () => {
  const chunk = new Uint8Array(256 * 1024);
  const server = await openServer({
    limits: { idleMs: 200 },
    query: {
      records: async () =>
        stream(
          (async function* () {
            for (;;) yield chunk;
          })(),
        ),
    },
  });
  const outgoing = request(`${server.url}/api/v1/records`, { agent: false }).end();
  const answer = await new Promise<NodeJS.ReadableStream>((resolve) => outgoing.once('response', resolve));
  answer.on('error', () => {});
  answer.pause();
  await expect
    .poll(async () => (await server.accessLines()).at(-1))
    .toMatchObject({ event: 'end', outcome: 'failed', code: 'KW_SLOW_READER' });
});

test('gzip only for those who ask, each chunk readable at once, trailers kept', async () => {
  let more = () => {};
  const gate = new Promise<void>((resolve) => {
    more = resolve;
  });
  async function* paced() {
    yield bytes('{"first":1}\n');
    await gate;
    yield bytes('{"second":2}\n');
  }
  const server = await openServer({ query: { records: async () => stream(paced(), 2, 'next') } });
  const outgoing = request(`${server.url}/api/v1/records`, {
    agent: false,
    headers: { 'accept-encoding': 'br, gzip' },
  }).end();
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve) =>
    outgoing.once('response', resolve),
  );
  expect(answer.headers['content-encoding']).toBe('gzip');
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  const inflated = () => gunzipSync(Buffer.concat(chunks), { finishFlush: 2 }).toString();
  await expect.poll(() => (chunks.length > 0 ? inflated() : '')).toBe('{"first":1}\n');
  more();
  await new Promise((resolve) => answer.once('end', resolve));
  expect(inflated()).toBe('{"first":1}\n{"second":2}\n');
  expect(answer.trailers).toEqual({ 'kubewitness-next-cursor': 'next' });
  expect(
    (await ask(`${server.url}/api/v1/records`, { headers: { 'accept-encoding': 'gzip;q=0' } })).headers[
      'content-encoding'
    ],
  ).toBeUndefined();
});

test('while the engine is away reads answer 503 with a sentence and a time', async () => {
  const server = await openServer({
    options: {
      engineState: () => ({
        ready: false,
        detail: 'starting',
        retryAfterSeconds: 2,
      }),
    },
  });
  for (const path of ['records', 'top', 'stats', 'tail', 'export', 'status', 'sources', 'quarantine']) {
    const answer = await ask(`${server.url}/api/v1/${path}`);
    expect([answer.status, answer.headers['retry-after']], path).toEqual([503, '2']);
    expect(problemOf(answer)).toMatchObject({
      code: 'KW_ENGINE_NOT_READY',
      detail: expect.stringMatching(/^the engine is starting; ask again in \d+ seconds/),
    });
  }
});

test('more questions than places answer 429, and a place comes back', async () => {
  const waiting: (() => void)[] = [];
  const stats = () =>
    new Promise<never>((_resolve, reject) =>
      waiting.push(() => reject(Object.assign(new Error('x'), { code: 'KW_TEST', status: 418 }))),
    );
  const server = await openServer({ config: { queryMaxRunning: 2 }, query: { stats } });
  const first = [ask(`${server.url}/api/v1/stats`), ask(`${server.url}/api/v1/stats`)];
  await expect.poll(() => waiting.length).toBe(2);
  const third = await ask(`${server.url}/api/v1/stats`);
  expect([third.status, third.headers['retry-after'], problemOf(third)]).toMatchObject([
    429,
    '1',
    { code: 'KW_TOO_MANY_QUERIES' },
  ]);
  for (const go of waiting) go();
  expect((await Promise.all(first)).map((a) => a.status)).toEqual([418, 418]);
  const later = ask(`${server.url}/api/v1/stats`);
  await expect.poll(() => waiting.length).toBe(3);
  waiting[2]?.();
  expect((await later).status).toBe(418);
});

/** What reads records in one piece and what streams them, with a log of reads that is this one. */
async function openWithLog(begin: AccessLog['begin']) {
  const server = await openServer();
  return openServer({
    options: { auth: { ...server.auth, accessLog: { begin, close: async () => {} } } },
    query: {
      records: async () => stream(lines('{"secret":1}\n'), 1),
      quarantine: async () => [],
    },
  });
}

test.each(['records', 'quarantine'])('%s: what cannot be recorded is refused', async (route) => {
  const problem = { code: 'KW_ACCESS_LOG', status: 503, title: 't', detail: 'no room' } as const;
  const server = await openWithLog(async () => ({ ok: false, problem }));
  const answer = await ask(`${server.url}/api/v1/${route}`);
  expect(answer).toMatchObject({ status: 503, text: expect.stringContaining('KW_ACCESS_LOG') });
  expect(answer.text).not.toContain('secret');
});

test.each(['records', 'quarantine'])('%s: no byte goes out before the read is on record', async (route) => {
  let record = (): void => undefined;
  const recorded = new Promise<void>((resolve) => (record = resolve));
  const server = await openWithLog(async () => {
    await recorded;
    return { ok: true, value: { end: async () => {} } };
  });
  const answer = ask(`${server.url}/api/v1/${route}`);
  expect(await Promise.race([answer, sleep(100, 'nothing')])).toBe('nothing');
  record();
  expect((await answer).status).toBe(200);
});
