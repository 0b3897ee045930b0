// Loki's API where the recordings do not go: prefixes, health checks of clients, compression, pieces, unknown paths.
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask } from '../testing/ask.ts';
import { openLoki, THEN_NANOS } from './testing/open-loki.ts';
import { push } from './testing/push-client.ts';

const encode = encodeURIComponent;
const at = (offset: number) => String(THEN_NANOS + BigInt(offset));

test("Grafana's test of a data source works on an empty store", async () => {
  const server = await openLoki();
  const url = `${server.url}/loki/api/v1/query?query=${encode('vector(1)+vector(1)')}&time=4000000000`;
  const answer = await ask(url);
  expect(answer.headers['content-type']).toBe('application/json; charset=UTF-8');
  expect(JSON.parse(answer.text)).toMatchObject({
    status: 'success',
    data: { resultType: 'vector', result: [{ metric: {}, value: [4_000_000_000, '2'] }], stats: { summary: {} } },
  });
  expect((await ask(`${server.url}/ready`)).text).toBe('ready\n');
  expect(JSON.parse((await ask(`${server.url}/loki/api/v1/status/buildinfo`)).text)).toMatchObject({ version: /^\d/ });
});

test("the gateway's prefix carries the tenant", async () => {
  const server = await openLoki({ argv: ['--loki-tenants', 'required'] });
  await push(server.url, 'infrastructure', [{ stream: { a: 'b' }, values: [[at(-5), 'x']] }], 'json');
  const names = async (tenant: string) =>
    JSON.parse((await ask(`${server.url}/api/logs/v1/${tenant}/loki/api/v1/labels`)).text);
  expect(await names('infrastructure')).toEqual({ status: 'success', data: ['a'] });
  expect(await names('audit')).toEqual({ status: 'success' });
  expect((await ask(`${server.url}/loki/api/v1/labels`)).status).toBe(401);
});

test('unknown paths are told as Go tells them', async () => {
  const server = await openLoki();
  for (const path of ['/loki/api/v1/nothing', '/loki/x', '/api/logs/v1/audit/loki/api/v1/nothing']) {
    const answer = await ask(`${server.url}${path}`);
    expect([answer.status, answer.text]).toEqual([404, '404 page not found\n']);
  }
});

test('a method that a path does not take is told with those that it takes', async () => {
  const server = await openLoki();
  const told = async (path: string, method: string) => {
    const answer = await ask(`${server.url}${path}`, { method });
    return [answer.status, answer.headers['allow'], answer.text];
  };
  // What people try first to see whether they have the right address.
  expect(await told('/loki/api/v1/push', 'GET')).toEqual([
    405,
    'POST',
    'Method Not Allowed: this path takes POST, not GET\n',
  ]);
  expect((await told('/api/logs/v1/audit/loki/api/v1/label/a/values', 'DELETE')).slice(0, 2)).toEqual([
    405,
    'GET, POST',
  ]);
});

test('an answer larger than a piece is whole, compressed or not', async () => {
  const server = await openLoki();
  const line = 'x'.repeat(100_000);
  for (let part = 0; part < 4; part++) {
    const values = Array.from({ length: 50 }, (_, n) => [at(part * 50 + n), `${line}${n}`] as const);
    expect((await push(server.url, '', [{ stream: { a: 'b' }, values }], 'json')).status).toBe(204);
  }
  const url = `${server.url}/loki/api/v1/query_range?query=${encode('{a="b"}')}&limit=1000&end=${at(1000)}&direction=forward`;
  const plain = await ask(url);
  const packed = await ask(url, { headers: { 'accept-encoding': 'gzip' } });
  expect(packed.headers['content-encoding']).toBe('gzip');
  for (const text of [plain.text, gunzipSync(packed.body).toString()]) {
    const { data } = JSON.parse(text);
    const values = data.result.flatMap((stream: { readonly values: readonly (readonly string[])[] }) => stream.values);
    expect(values.map((value: readonly string[]) => value[0])).toEqual(Array.from({ length: 200 }, (_, n) => at(n)));
    expect(data.stats.summary.totalEntriesReturned).toBe(200);
  }
});

test('a mistake inside is told without its cause, in plain text', async () => {
  const server = await openLoki();
  const broken = await openLoki({
    options: { engineState: () => ({ ready: false, detail: 'starting', retryAfterSeconds: 2 }) },
  });
  const answer = await ask(`${broken.url}/loki/api/v1/labels`);
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
  expect(answer.text).toContain('the engine is starting');
  expect((await ask(`${broken.url}/ready`)).status).toBe(503);
  expect((await ask(`${server.url}/loki/api/v1/series?match[]=`)).text).toBe(
    'parse error : syntax error: unexpected $end',
  );
});

test('a selector that says nothing is refused where Loki refuses it', async () => {
  const server = await openLoki();
  const status = async (path: string) => (await ask(`${server.url}/loki/api/v1/${path}`)).status;
  const all = encode('{}');
  expect(await status(`series?match[]=${all}`)).toBe(200);
  expect(await status(`index/volume?query=${all}`)).toBe(200);
  expect(await status(`labels?query=${all}`)).toBe(400);
  expect(await status(`index/stats?query=${all}`)).toBe(400);
  expect(await status('index/stats')).toBe(400);
  const staged = await ask(`${server.url}/loki/api/v1/series?match[]=${encode('{a="b"} |= "c"')}`);
  expect([staged.status, staged.text]).toEqual([400, 'only label matchers are supported']);
});

test('streams are asked for by any number of selectors, each of which must select', async () => {
  const server = await openLoki();
  const series = (...texts: readonly string[]) =>
    ask(`${server.url}/loki/api/v1/series?${texts.map((text) => `match[]=${encode(text)}`).join('&')}`);
  const all = '{"status":"success","data":[]}';
  for (const texts of [[], ['{}'], ['{ }'], ['{}', '{}']]) expect((await series(...texts)).text).toBe(all);
  expect((await series('{ }', '{a="b"}')).text).toBe('0 matchers in group: { }');
  expect((await series('{a=""}', '{}')).text).toBe('0 matchers in group: {}');
  expect((await series('{a="b"}', '{a=""}')).text).toMatch(/^parse error : queries require at least one/);
  expect((await series('{a=~".*"}', '{a="b"} | json')).text).toBe('only label matchers are supported');
});

test('where only a selector will do, a query with stages is refused for having them', async () => {
  const server = await openLoki();
  for (const path of ['labels', 'label/a/values', 'index/stats', 'index/volume', 'patterns', 'detected_labels'])
    for (const text of ['{a="b"} | json c="d["', '{a="b"} |= "c"', 'rate({a="b"}[1m])'])
      expect((await ask(`${server.url}/loki/api/v1/${path}?query=${encode(text)}`)).text).toBe(
        'only label matchers are supported',
      );
});

test('a query that cannot be put together is a mistake, and 500 only where the answers are to be those of Loki', async () => {
  const query = encode('sum(count_over_time({a=~".+"}[1m])) / on () count_over_time({a=~".+"}[1m])');
  const seen = [];
  for (const argv of [[], ['--limits-profile', 'loki']]) {
    const server = await openLoki({ argv });
    const streams = ['b', 'c'].map((a) => ({ stream: { a }, values: [[at(-5), 'x']] }) as const);
    await push(server.url, '', streams, 'json');
    const answer = await ask(`${server.url}/loki/api/v1/query?query=${query}`);
    expect(answer.text).toMatch(/^found duplicate series on the right hand-side/);
    seen.push(answer.status);
  }
  expect(seen).toEqual([400, 500]);
});

test('patterns are found, except where the limits are those of Loki, which has them switched off', async () => {
  const seen = [];
  for (const argv of [[], ['--limits-profile', 'loki']]) {
    const server = await openLoki({ argv });
    const values = ['ann', 'bob'].map((name, n) => [at(n - 10), `user ${name} logged in`] as const);
    await push(server.url, '', [{ stream: { a: 'b' }, values }], 'json');
    const answer = await ask(`${server.url}/loki/api/v1/patterns?query=${encode('{a="b"}')}&step=10`);
    seen.push(JSON.parse(answer.text).data.map((one: { readonly pattern: string }) => one.pattern));
  }
  expect(seen).toEqual([['user <_> logged in'], []]);
});

test('a client that offers HTTP/2 with its request gets its answer over HTTP/1.1', async () => {
  const server = await openLoki();
  const body = `{"streams":[{"stream":{"a":"b"},"values":[["${at(-5)}","x"]]}]}`;
  const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAEAAEAAAAIAAAAAAAMAAAAA' };
  const pushed = await ask(`${server.url}/loki/api/v1/push`, {
    body,
    headers: { ...offer, 'content-type': 'application/json' },
  });
  expect(pushed.status).toBe(204);
  const names = await ask(`${server.url}/loki/api/v1/labels`, { headers: offer });
  expect(JSON.parse(names.text)).toEqual({ status: 'success', data: ['a'] });
});

test('a proxy that speaks HTTP/1.0 gets whole answers', async () => {
  const server = await openLoki();
  if (server.address.kind !== 'tcp') throw new Error('not on TCP');
  const socket = connect(server.address.port, '127.0.0.1');
  socket.write(`GET /loki/api/v1/query?query=${encode('vector(1)')} HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 200/);
  expect(JSON.parse(body).data.resultType).toBe('vector');
});
