// Loki's API where the recordings do not go: prefixes, health checks of clients, compression, pieces, unknown paths.
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
  expect((await ask(`${server.url}/loki/api/v1/series`)).text).toBe('0 matcher groups supplied');
});
