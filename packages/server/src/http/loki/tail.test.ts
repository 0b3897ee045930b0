// The live tail over real WebSockets: the recorded frame, order, refusals, and its ends.
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ask } from '../testing/ask.ts';
import { readCorpus } from './testing/corpus.ts';
import { openLoki, THEN_NANOS } from './testing/open-loki.ts';
import { push } from './testing/push-client.ts';

interface Tail {
  readonly frames: unknown[];
  readonly texts: string[];
  readonly closed: Promise<readonly [number, string]>;
  next(): Promise<unknown>;
  close(): void;
}

async function openTail(
  url: string,
  params: string,
  headers: Record<string, string> = {},
  protocols: string[] = [],
): Promise<Tail> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/loki/api/v1/tail?${params}`, protocols, { headers });
  const frames: unknown[] = [];
  const texts: string[] = [];
  let taken = 0;
  let wake = () => {};
  socket.on('message', (data) => {
    texts.push(String(data));
    frames.push(JSON.parse(String(data)));
    wake();
  });
  const closed = new Promise<readonly [number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, String(reason)]));
  });
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return {
    frames,
    texts,
    closed,
    async next() {
      while (frames.length <= taken) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return frames[taken++];
    },
    close: () => socket.close(),
  };
}

const query = (text: string) => `query=${encodeURIComponent(text)}`;
const at = (offset: number) => String(THEN_NANOS + BigInt(offset));

test('the recorded frame comes as it was', async () => {
  const recorded: { readonly tail_messages: string } = JSON.parse(readCorpus('rules-alerts-tail.json'));
  const frame = /MSG (.*)\n/.exec(recorded.tail_messages)?.[1] ?? '';
  // The recording cut the frame; Go writes `&` as an escape.
  const plain = frame.replaceAll('\\u0026', '&');
  const time = /"values":\[\["(\d+)"/.exec(plain)?.[1] ?? '';
  const line =
    readCorpus('events-5k.ndjson.gz')
      .split('\n')
      .find((l) => l.includes('7c659e31-4000-4674-852a-91bd822dcebd')) ?? '';
  const server = await openLoki({ argv: ['--loki-tenants', 'required'] });
  const selector = '{log_type="audit"} |= "/attach" | json verb="verb"';
  const tail = await openTail(server.url, query(selector), { 'x-scope-orgid': 'audit' });
  const stream = { kubernetes_host: 'master-0', log_type: 'audit' };
  await push(server.url, 'audit', [{ stream, values: [[time, line]] }], 'json');
  await tail.next();
  expect(line).not.toBe('');
  expect(plain.length).toBeGreaterThan(1000);
  expect(tail.texts[0]?.startsWith(plain)).toBe(true);
  tail.close();
  expect((await tail.closed)[0]).toBe(1005);
});

test('what was there comes first, the newest of it in order, then what arrives', async () => {
  const server = await openLoki();
  const stream = { a: 'b' };
  const values = [1, 2, 3].map((n) => [at(n - 10), `old ${n}`] as const);
  await push(server.url, '', [{ stream, values }], 'json');
  const tail = await openTail(server.url, `${query('{a="b"} |~ "old|new"')}&limit=2&start=${at(-1000)}`);
  expect(await tail.next()).toEqual({
    streams: [
      {
        stream,
        values: [
          [at(-8), 'old 2'],
          [at(-7), 'old 3'],
        ],
      },
    ],
  });
  await push(
    server.url,
    '',
    [
      {
        stream,
        values: [
          [at(2), 'new 2'],
          [at(1), 'new 1'],
          [at(3), 'else'],
        ],
      },
    ],
    'json',
  );
  expect(await tail.next()).toEqual({
    streams: [
      {
        stream,
        values: [
          [at(1), 'new 1'],
          [at(2), 'new 2'],
        ],
      },
    ],
  });
  tail.close();
});

test('delay_for holds back what comes, not what was there', async () => {
  const server = await openLoki();
  const stream = { a: 'b' };
  const send = (n: number) => push(server.url, '', [{ stream, values: [[at(n), `line ${n}`]] }], 'json');
  await send(-5);
  const tail = await openTail(server.url, `${query('{a="b"}')}&delay_for=1`);
  const beganMs = performance.now();
  expect(JSON.stringify(await tail.next())).toContain('line -5');
  expect(performance.now() - beganMs).toBeLessThan(900);
  await send(1);
  const sentMs = performance.now();
  expect(JSON.stringify(await tail.next())).toContain('line 1');
  expect(performance.now() - sentMs).toBeGreaterThan(900);
  tail.close();
});

test('a client of OpenShift gets its subprotocol, Grafana its categories', async () => {
  const server = await openLoki();
  const headers = { 'x-loki-response-encoding-flags': 'categorize-labels' };
  const tail = await openTail(server.url, query('{a="b"} | logfmt'), headers, ['json']);
  await push(server.url, '', [{ stream: { a: 'b' }, values: [[at(1), 'c=d', { m: '1' }]] }], 'json');
  expect(await tail.next()).toEqual({
    encodingFlags: ['categorize-labels'],
    streams: [{ stream: { a: 'b' }, values: [[at(1), 'c=d', { structuredMetadata: { m: '1' }, parsed: { c: 'd' } }]] }],
  });
  tail.close();
});

test('refusals come before the upgrade, except for metrics', async () => {
  const server = await openLoki();
  const plain = await ask(`${server.url}/loki/api/v1/tail?${query('{a="b"}')}`);
  expect([plain.status, plain.text]).toEqual([400, 'Bad Request\n']);
  const bad = await ask(`${server.url}/loki/api/v1/tail?${query('{a')}`);
  expect([bad.status, bad.text.slice(0, 11)]).toEqual([400, 'parse error']);
  await expect(openTail(server.url, query('{a'))).rejects.toThrow('400');
  await expect(openTail(server.url, `${query('{a="b"}')}&delay_for=6`)).rejects.toThrow('400');
  const metric = await openTail(server.url, query('count_over_time({a="b"}[1m])'));
  expect(await metric.closed).toEqual([1011, 'only log selector is supported']);
});

test('a tail needs the role read', async () => {
  const server = await openLoki({ argv: ['--tokens-required'], roles: ['ingest', 'read'] });
  const [ingest, read] = server.tokens.map((token) => ({ authorization: `Bearer ${token}` }));
  await expect(openTail(server.url, query('{a="b"}'))).rejects.toThrow('401');
  await expect(openTail(server.url, query('{a="b"}'), ingest)).rejects.toThrow('403');
  const tail = await openTail(server.url, query('{a="b"}'), read);
  tail.close();
  await tail.closed;
  await expect.poll(async () => (await server.accessLines()).map((line) => line['event'])).toEqual(['start', 'end']);
});

test('stopping the server ends tails with a word', async () => {
  const server = await openLoki();
  const tail = await openTail(server.url, query('{a="b"}'));
  await server.close();
  expect((await tail.closed)[0]).toBe(1001);
});
