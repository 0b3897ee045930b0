// The engine program with the real client before it: what a caller sends and gets, errors included.
import { readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ClickHouseError } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectClient, openTestEngine, readRows, type TestEngine } from './testing/test-engine.ts';

let under: TestEngine;
beforeAll(async () => {
  under = await openTestEngine();
});
afterAll(async () => {
  await under.close();
});

test('runs commands in an Atomic database of its own', async () => {
  await under.client.command({ query: 'CREATE TABLE place (a UInt8) ENGINE = MergeTree ORDER BY a' });
  const rows = await readRows(under.client, "SELECT database, engine FROM system.tables WHERE name = 'place'");
  expect(rows).toEqual([{ database: 'kubewitness', engine: 'MergeTree' }]);
  const databases = await readRows(under.client, "SELECT engine FROM system.databases WHERE name = 'kubewitness'");
  expect(databases).toEqual([{ engine: 'Atomic' }]);
});

test('inserts JSONEachRow rows from a stream and tells how many were written', async () => {
  await under.client.command({ query: 'CREATE TABLE rows_in (a UInt32, s String) ENGINE = MergeTree ORDER BY a' });
  const rows = Readable.from(
    (function* () {
      for (let a = 0; a < 5000; a += 1) yield { a, s: `row ${a}` };
    })(),
  );
  const done = await under.client.insert({ table: 'rows_in', values: rows, format: 'JSONEachRow' });
  expect(done.summary?.written_rows).toBe('5000');
  expect(await readRows(under.client, 'SELECT count() AS n, sum(a) AS total FROM rows_in')).toEqual([
    { n: 5000, total: 12_497_500 },
  ]);
});

test('keeps odd bytes exactly, in and out', async () => {
  await under.client.command({ query: 'CREATE TABLE bytes_in (n UInt8, line String) ENGINE = MergeTree ORDER BY n' });
  const lines = ['a\0b', '\r', '', '\\N', '\x01\n\r\n', 'it\'s \\ "quoted"\t'].map((line) =>
    Buffer.from(line, 'latin1'),
  );
  lines.push(Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28]), Buffer.from('ünïcödé €'));
  const body = Buffer.concat(lines.map((line, n) => Buffer.concat([Buffer.from([n, line.length]), line])));
  const sent = await under.client.exec({
    query: 'INSERT INTO bytes_in FORMAT RowBinary',
    values: Readable.from([body]),
  });
  for await (const _ of sent.stream) void _;
  const answer = await under.client.exec({ query: 'SELECT n, line FROM bytes_in ORDER BY n FORMAT RowBinary' });
  const chunks: Buffer[] = [];
  for await (const chunk of answer.stream) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(body)).toBe(true);
});

test('an error before the answer has the code, the type and the status of ClickHouse', async () => {
  const error = await under.client
    .query({ query: 'SELECT * FROM nowhere', format: 'JSONEachRow' })
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ClickHouseError);
  expect(error).toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' });
  const bad = await under.client
    .insert({ table: 'rows_in', values: [{ a: 'x' }], format: 'JSONEachRow' })
    .catch((e: unknown) => e);
  expect(bad).toBeInstanceOf(ClickHouseError);
  expect(await readRows(under.client, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
});

test('an error in mid-stream reaches whoever reads the stream, and whoever reads the text', async () => {
  const query = 'SELECT number, throwIf(number = 900000) AS bad FROM numbers(1000000)';
  const stream = (await under.client.query({ query, format: 'JSONEachRow' })).stream();
  let rows = 0;
  const reading = (async (): Promise<void> => {
    for await (const chunk of stream) rows += chunk.length;
  })();
  await expect(reading).rejects.toMatchObject({ code: '395', type: 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO' });
  expect(rows).toBeGreaterThan(0);
  const text = await under.client.query({ query, format: 'CSV' });
  await expect(text.text()).rejects.toThrow();
});

test('settings, database and bound parameters hold for one statement only', async () => {
  const { client } = connectClient(under.engine.socketPath, { maxSockets: 1 });
  const ask =
    "SELECT getSetting('max_threads') AS threads, getSetting('max_execution_time') AS seconds, currentDatabase() AS db";
  const before = await readRows(client, ask);
  for (let i = 0; i < 4; i += 1) {
    const answer = await client.query({
      query: ask,
      format: 'JSONEachRow',
      clickhouse_settings: { max_threads: 7, max_execution_time: 33 },
    });
    expect(await answer.json()).toEqual([{ threads: 7, seconds: 33, db: 'kubewitness' }]);
  }
  const bound = await client.query({
    query: 'SELECT {a:String} AS a',
    format: 'JSONEachRow',
    query_params: { a: "it's\n\\ \t€" },
  });
  expect(await bound.json()).toEqual([{ a: "it's\n\\ \t€" }]);
  await expect(client.query({ query: 'SELECT {a:String} AS a', format: 'JSONEachRow' })).rejects.toMatchObject({
    code: '456',
  });
  await expect(
    client.query({ query: 'SELECT 1', clickhouse_settings: { max_threads: 3, ...{ no_such_setting: 1 } } }),
  ).rejects.toMatchObject({ type: 'UNKNOWN_SETTING' });
  for (let i = 0; i < 4; i += 1) expect(await readRows(client, ask)).toEqual(before);
  await client.close();
});

test('inserts from a file anywhere on the machine, and reads odd statements', async () => {
  const path = join(under.dataDir, 'segment.bin');
  writeFileSync(path, Buffer.from([1, 1, 0x61, 2, 2, 0xff, 0]));
  await under.client.command({ query: 'CREATE TABLE staged (n UInt8, s String) ENGINE = Memory' });
  const done = await under.client.command({
    query: `INSERT INTO staged SELECT n, s FROM file('${path}', 'RowBinary', 'n UInt8, s String')`,
    clickhouse_settings: { max_insert_block_size: '65536' },
  });
  expect(done.summary?.written_rows).toBe('2');
  expect(await readRows(under.client, 'SELECT n, hex(s) AS h FROM staged ORDER BY n')).toEqual([
    { n: 1, h: '61' },
    { n: 2, h: 'FF00' },
  ]);
  const body = await under.client.exec({
    query: "INSERT INTO staged SELECT n, s FROM input('n UInt8, s String') FORMAT RowBinary",
    values: Readable.from([Buffer.from([3, 1, 0x62])]),
  });
  for await (const _ of body.stream) void _;
  expect(await readRows(under.client, 'SELECT s FROM staged WHERE n = 3')).toEqual([{ s: 'b' }]);
  expect(readdirSync(join(under.dataDir, 'bodies'))).toEqual([]);
});

test('readers cannot write, and a GET changes nothing', async () => {
  const denied = await ask(`/?query=${encodeURIComponent('DROP TABLE IF EXISTS staged')}`);
  expect(denied).toMatchObject({ status: 500, code: '164' });
  expect(await ask('/?query=SELECT%201')).toMatchObject({ status: 200, body: '1\n' });
  expect(await ask('/?query=SELECT%201&session_id=x')).toMatchObject({ status: 501, code: '48' });
  expect(await ask('/?query=SELECT%201%201%201')).toMatchObject({ status: 400, code: '62' });
  expect(await ask('/elsewhere')).toMatchObject({ status: 404 });
  expect(await ask('/ping')).toMatchObject({ status: 200, body: 'Ok.\n' });
});

function ask(path: string): Promise<{ status: number | undefined; code: unknown; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: under.engine.socketPath, path }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode, code: response.headers['x-clickhouse-exception-code'], body });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('gzip goes both ways', async () => {
  const { client } = connectClient(under.engine.socketPath, { gzip: true });
  await client.command({ query: 'CREATE TABLE packed (a UInt32, s String) ENGINE = MergeTree ORDER BY a' });
  const values = Array.from({ length: 3000 }, (_, a) => ({ a, s: `same text ${a % 7}` }));
  await client.insert({ table: 'packed', values, format: 'JSONEachRow' });
  const answer = await client.query({ query: 'SELECT a, s FROM packed ORDER BY a', format: 'JSONEachRow' });
  expect(answer.response_headers['content-encoding']).toBe('gzip');
  expect(await answer.json()).toEqual(values);
  const query = 'SELECT number, throwIf(number = 900000) FROM numbers(1000000)';
  const stream = (await client.query({ query, format: 'JSONEachRow' })).stream();
  const reading = (async (): Promise<void> => {
    for await (const chunk of stream) void chunk;
  })();
  await expect(reading).rejects.toThrow();
  await client.close();
});

test('every format comes as one document', async () => {
  const query = 'SELECT number FROM numbers(200000)';
  const json = await (await under.client.query({ query, format: 'JSON' })).json<{ number: number }>();
  expect(json.data.length).toBe(200_000);
  const csv = await (await under.client.query({ query, format: 'CSVWithNames' })).text();
  expect(csv.split('\n').filter((line) => line === '"number"').length).toBe(1);
  const empty = await (
    await under.client.query({ query: 'SELECT number FROM numbers(0)', format: 'CSVWithNames' })
  ).text();
  expect(empty).toBe('"number"\n');
  const shown = await (await under.client.query({ query: 'SHOW TABLES', format: 'JSONEachRow' })).json<{
    name: string;
  }>();
  expect(shown.map((row) => row.name)).toContain('rows_in');
});
