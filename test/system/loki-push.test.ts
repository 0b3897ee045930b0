// Entries pushed to the real server: there after SIGKILL and once, told live, found by both languages, invisible to other tenants.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readObject } from '../support/ask.ts';
import { lineOf, openRun } from '../support/audit-events.ts';
import { followLines, pushEntries, readLines, type Value } from '../support/loki-client.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const data = join(makeFolder(), 'data');
const args = ['--loki-tenants', 'required'];
const BEGAN = BigInt(Date.now()) * 1_000_000n;
const SPAN = [BEGAN, BEGAN + 3_600_000_000_000n] as const;
const AUDIT = { tenant: 'audit' };

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ data, args });
  await server.ready();
});
afterAll(async () => {
  await server.stop();
});

const value = (number: number, line: string): Value => [String(BEGAN + BigInt(number)), line];
const read = (query: string, tenant = 'audit') => readLines(server, query, SPAN, { tenant });

test('every acknowledged push is there once after SIGKILL, also when its sender repeats it', {
  timeout: 120_000,
}, async () => {
  const pushes = Array.from({ length: 60 }, (_, push) =>
    Array.from({ length: 50 }, (_, at) => value(push * 50 + at, `line ${push * 50 + at}`)),
  );
  const acknowledged: number[] = [];
  const sending = pushes.map(async (values, push) => {
    const status = await pushEntries(server, { app: 'crash' }, values, AUDIT).catch(() => 0);
    if (status === 204) acknowledged.push(push);
  });
  await waitUntil('some pushes to be acknowledged', () => acknowledged.length >= 20);
  await server.kill();
  await Promise.all(sending);
  expect(acknowledged.length).toBeGreaterThanOrEqual(20);

  server = await TestServer.start({ data, args });
  await server.ready();
  await server.drained();
  const stored = await read('{app="crash"}');
  expect(new Set(stored).size).toBe(stored.length);
  const safe = acknowledged.flatMap((push) => (pushes[push] ?? []).map(([, line]) => line));
  expect(safe.filter((line) => !stored.includes(line))).toEqual([]);
  for (const values of pushes) expect(await pushEntries(server, { app: 'crash' }, values, AUDIT)).toBe(204);
  await server.drained();
  expect(await read('{app="crash"}')).toEqual(pushes.flat().map(([, line]) => line));
});

test('a live tail tells what was there and what is pushed, once and soon', async () => {
  const first = [value(0, 'before'), value(1, 'matters not')];
  expect(await pushEntries(server, { app: 'tail' }, first, AUDIT)).toBe(204);
  await server.drained();
  const tail = await followLines(server, '{app="tail"} != "matters"', AUDIT);
  await waitUntil('what was there', () => tail.lines.length > 0);
  for (const number of [3, 2]) {
    const before = tail.lines.length;
    const sinceMs = performance.now();
    expect(await pushEntries(server, { app: 'tail' }, [value(number, `late ${number}`)], AUDIT)).toBe(204);
    expect(await pushEntries(server, { app: 'tail' }, [value(number, 'hidden')], { tenant: 'other' })).toBe(204);
    await waitUntil('a pushed entry', () => tail.lines.length > before);
    // Half a second until the segment closes; the rest is for a busy machine.
    expect(performance.now() - sinceMs).toBeLessThan(10_000);
  }
  expect(tail.lines).toEqual(['before', 'late 3', 'late 2']);
  tail.close();
});

test('pushed audit events are found by search and top; other lines and other tenants are not', async () => {
  const run = openRun('pushed');
  const events = [1, 2, 3].map((number) => lineOf(run, number));
  const values = [...events, 'no event'].map((line, at) => value(at, line));
  expect(await pushEntries(server, { log_type: 'audit', cluster: 'far' }, values, AUDIT)).toBe(204);
  expect(await pushEntries(server, { log_type: 'audit', cluster: 'far' }, values, { tenant: 'other' })).toBe(204);
  await server.drained();
  for (const stages of ['', '&all-stages=true']) {
    const { body } = await server.ask({ path: `/api/v1/records?view=line&limit=0&order=oldest${stages}` });
    expect(body.toString('utf8')).toBe(`${events.join('\n')}\n`);
    const stats = await server.getObject(`/api/v1/stats?cluster=far${stages}`);
    expect(stats.get('records')).toBe(3);
  }
  expect(await read('{cluster="far"}')).toEqual(values.map(([, line]) => line));
  expect(await read('{cluster="far"} | json | objectRef_namespace != ""')).toEqual(events);
  expect(await read('{cluster="far"}', 'third')).toEqual([]);
});

test('OTLP, the path of the gateway, labels, and a line in the log of reads', async () => {
  const record = { timeUnixNano: String(BEGAN), body: { stringValue: 'from otel' } };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  const otlp = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] };
  const sent = await server.ask({
    method: 'POST',
    path: '/otlp/v1/logs',
    headers: { 'content-type': 'application/json', 'x-scope-orgid': 'otel' },
    body: JSON.stringify(otlp),
  });
  expect(sent.status).toBe(204);
  const prefix = '/api/logs/v1/otel';
  expect(await readLines(server, '{service_name="shop"}', SPAN, { prefix })).toEqual(['from otel']);
  const labels = await server.getObject(`${prefix}/loki/api/v1/labels?start=${BEGAN}`);
  expect(labels.get('data')).toEqual(['service_name']);
  expect((await server.ask({ path: '/loki/api/v1/labels' })).status).toBe(401);
  const logged = readdirSync(join(data, 'access')).flatMap((name) =>
    readFileSync(join(data, 'access', name), 'utf8')
      .trim()
      .split('\n'),
  );
  const mine = logged.filter((line) => line.includes('query_range') && line.includes('service_name'));
  expect(mine.length).toBeGreaterThan(0);
  expect(readObject(mine[0] ?? '{}').get('route')).toBe('/api/logs/v1/:tenant/loki/api/v1/query_range');
});
