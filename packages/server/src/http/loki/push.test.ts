// Pushing: every recorded body with its status and text, encodings, OTLP, tenants, and who may.
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask } from '../testing/ask.ts';
import { readCorpus } from './testing/corpus.ts';
import { openLoki, THEN_NANOS } from './testing/open-loki.ts';
import { push } from './testing/push-client.ts';

interface PushVector {
  readonly name: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly status: number;
  readonly response: string;
}

const vectors: readonly PushVector[] = JSON.parse(readCorpus('push-vectors.json'));
const ARGV = ['--loki-tenants', 'required', '--limits-profile', 'loki'];
const TOO_NEW = String(THEN_NANOS + 3_600_000_000_000n);

/** The times that the recording replaced by words, and the bodies that it left out. */
function restore({ name, body = '' }: PushVector): string | Buffer {
  if (name === 'deflate') return deflateSync('{"streams":[]}');
  const now = name === 'future timestamp' ? TOO_NEW : String(THEN_NANOS);
  if (name === 'label name too long')
    return `{"streams":[{"stream":{"${'n'.repeat(1100)}":"v"},"values":[["${now}","x"]]}]}`;
  const parts = body.split('<now_ns>');
  return name === 'one good one bad' ? `${parts[0]}${now}${parts[1]}${TOO_NEW}${parts[2]}` : parts.join(now);
}

/** The recording put words for its clock, also inside the bytes around a fault. */
const blur = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
    .replace(/\d{19}/g, '<now>')
    .replace(/n{1000,}/g, 'n…');

test('every recorded push', async () => {
  const server = await openLoki({ argv: ARGV });
  const answers = [];
  for (const vector of vectors) {
    const headers = {
      ...(vector.name === 'no tenant header' ? {} : { 'x-scope-orgid': 'scratch' }),
      ...(vector.contentType === undefined ? {} : { 'content-type': vector.contentType }),
      ...(vector.name === 'deflate' ? { 'content-encoding': 'deflate' } : {}),
    };
    const answer = await ask(`${server.url}/loki/api/v1/push`, { method: 'POST', body: restore(vector), headers });
    answers.push([vector.name, answer.status, blur(answer.text)]);
  }
  expect(answers).toEqual(vectors.map((v) => [v.name, v.status, blur(v.response)]));
  expect(answers.length).toBe(18);
});

const readAll = async (url: string, tenant: string) => {
  const query = encodeURIComponent('{a=~".+"}');
  const answer = await ask(
    `${url}/loki/api/v1/query_range?query=${query}&since=1h&end=${THEN_NANOS + 1n}&direction=forward`,
    {
      headers: { 'x-scope-orgid': tenant },
    },
  );
  return JSON.parse(answer.text).data.result;
};

test('a good stream beside a bad one is kept, and each tenant sees its own', async () => {
  const server = await openLoki({ argv: ARGV });
  const time = String(THEN_NANOS);
  const both = [
    { stream: { a: 'good' }, values: [[time, 'x']] },
    { stream: { a: 'bad' }, values: [[TOO_NEW, 'y']] },
  ] as const;
  expect((await push(server.url, 'one', both, 'protobuf')).status).toBe(400);
  expect(await readAll(server.url, 'one')).toEqual([{ stream: { a: 'good' }, values: [[time, 'x']] }]);
  expect(await readAll(server.url, 'two')).toEqual([]);
});

test('gzip is unpacked, within the bound; other encodings are named', async () => {
  const server = await openLoki({ argv: ['--push-max-bytes', '64KiB'] });
  const body = (line: string) => `{"streams":[{"stream":{"a":"b"},"values":[["${THEN_NANOS}","${line}",{"m":"1"}]]}]}`;
  const send = async (encoding: string, bytes: Buffer) => {
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-encoding': encoding };
    const { status, text } = await ask(`${server.url}/loki/api/v1/push`, { body: bytes, headers });
    return [status, text];
  };
  expect(await send('gzip', gzipSync(body('x')))).toEqual([204, '']);
  expect(await send('gzip', gzipSync(body('x'.repeat(100_000))))).toEqual([
    413,
    'the body is larger than 64KiB when unpacked; send smaller batches or raise push-max-bytes\n',
  ]);
  expect(await send('gzip', Buffer.from('no gzip'))).toEqual([400, 'gzip: invalid header\n']);
  expect(await send('zstd', Buffer.from('x'))).toEqual([400, 'Content-Encoding "zstd" not supported\n']);
  expect(await readAll(server.url, '')).toEqual([{ stream: { a: 'b', m: '1' }, values: [[String(THEN_NANOS), 'x']] }]);
});

test('OTLP logs become a stream with metadata', async () => {
  const server = await openLoki();
  const record = { timeUnixNano: String(THEN_NANOS), severityText: 'WARN', body: { stringValue: 'hello' } };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  const body = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] });
  const headers = { 'content-type': 'application/json' };
  expect((await ask(`${server.url}/otlp/v1/logs`, { body, headers })).status).toBe(204);
  expect((await ask(`${server.url}/otlp/v1/logs`, { body, headers: { 'content-type': 'text/plain' } })).status).toBe(
    400,
  );
  const query = encodeURIComponent('{service_name="shop"}');
  const answer = await ask(`${server.url}/loki/api/v1/query_range?query=${query}&end=${THEN_NANOS + 1n}`, {
    headers: { 'x-loki-response-encoding-flags': 'categorize-labels' },
  });
  expect(JSON.parse(answer.text).data).toMatchObject({
    encodingFlags: ['categorize-labels'],
    result: [
      {
        stream: { service_name: 'shop' },
        values: [[String(THEN_NANOS), 'hello', { structuredMetadata: { severity_text: 'WARN' } }]],
      },
    ],
  });
});

test('pushing needs the role ingest, reading the role read, and every read is on record', async () => {
  const server = await openLoki({ argv: ['--tokens-required'], roles: ['ingest', 'read'] });
  const [ingest = '', read = ''] = server.tokens;
  const body = `{"streams":[{"stream":{"a":"b"},"values":[["${THEN_NANOS}","x"]]}]}`;
  const headers = { 'content-type': 'application/json' };
  const send = async (token: string) => (await ask(`${server.url}/loki/api/v1/push`, { body, headers, token })).status;
  expect([await send(read), await send(ingest)]).toEqual([403, 204]);
  const query = `query=${encodeURIComponent('{a="b"}')}&end=${THEN_NANOS + 1n}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const ranged = async (token: string) =>
    ask(`${server.url}/loki/api/v1/query_range`, { body: query, headers: form, token });
  expect((await ranged(ingest)).status).toBe(403);
  expect((await ranged(ingest)).headers['content-type']).toBe('text/plain; charset=utf-8');
  expect((await ranged(read)).status).toBe(200);
  const lines = await server.accessLines();
  const [start, end] = lines.filter((line) => String(line['id']).length > 0);
  expect(start).toMatchObject({ event: 'start', route: '/loki/api/v1/query_range', query });
  expect(end).toMatchObject({ event: 'end', rows: 1, outcome: 'ok' });
});
