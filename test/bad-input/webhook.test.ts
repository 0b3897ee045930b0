// Webhook bodies that are wrong: 400 with the reason and kept in quarantine, 413, 415, 408; and what an API server does next still works.
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, readObject } from '../support/ask.ts';
import { batchOf, openRun } from '../support/audit-events.ts';
import { readAllLines } from '../support/ledger.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = openRun('bad-webhook');
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({
    data: join(makeFolder(), 'data'),
    args: ['--webhook-max-bytes', '1MiB', '--webhook-memory', '8MiB'],
  });
  await server.ready();
});
afterAll(() => server.stop());

const post = (
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>> = {},
  path = '/webhook/v1/c',
): Promise<Answer> => server.ask({ method: 'POST', path, body, headers });

interface QuarantineRow {
  readonly line: string;
  readonly reason: string;
  readonly bytes: number;
}
async function quarantined(line: string): Promise<QuarantineRow> {
  return waitUntil('the body in quarantine', async () => {
    const rows: QuarantineRow[] = JSON.parse(
      (await server.ask({ path: '/api/v1/quarantine?limit=1000' })).body.toString('utf8'),
    );
    return rows.find((row) => row.line === line);
  });
}

const GOOD = batchOf(run, [1]);

test.each([
  ['nothing', '', /it is empty|empty/],
  ['no JSON', 'hello', /not a JSON object/],
  ['cut off', GOOD.slice(0, -200), /at byte \d+/],
  ['two bodies in one', `${GOOD}${GOOD}`, /something follows its end/],
  ['an array', '[{}]', /not a JSON object/],
  [
    'a list of something else',
    '{"kind":"PodList","apiVersion":"v1","items":[]}',
    /no EventList and no Event of audit\.k8s\.io/,
  ],
  [
    'a cluster Event',
    '{"kind":"Event","apiVersion":"v1","metadata":{}}',
    /no EventList and no Event of audit\.k8s\.io/,
  ],
  ['an item that is no object', '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[1]}', /at byte \d+/],
  [
    'invalid escape in an item',
    '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"a":"\\x"}]}',
    /at byte \d+/,
  ],
])('%s', async (_, body, reason) => {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  const problem = readObject(answer.body);
  expect(problem.get('code')).toMatch(/^KW_WEBHOOK_/);
  expect(String(problem.get('detail'))).toMatch(reason);
  const row = await quarantined(body);
  expect(row.reason).toMatch(reason);
  expect(row.bytes).toBe(Buffer.byteLength(body));
});

test('an empty list is fine', async () => {
  expect((await post('{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[]}')).status).toBe(200);
});

test('a bad item costs the others nothing: they are records, it is in quarantine', async () => {
  const body = GOOD.replace('"items":[', '"items":[{"auditID":"no-time","stage":"ResponseComplete"},{},');
  expect((await post(body, {}, '/webhook/v1/items')).status).toBe(200);
  await server.drained();
  expect((await readAllLines(server, '&cluster=items')).toString('utf8').trim().split('\n')).toHaveLength(1);
  expect(
    await quarantined('{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"no-time","stage":"ResponseComplete"}'),
  ).toMatchObject({
    reason: expect.stringContaining('no stageTimestamp'),
  });
});

test('gzip: taken; broken, cut or a bomb: refused', async () => {
  expect((await post(gzipSync(batchOf(run, [2])), { 'content-encoding': 'gzip' })).status).toBe(200);
  const packed = gzipSync(batchOf(run, [3, 4, 5]));
  expect((await post(packed.subarray(0, packed.length - 20), { 'content-encoding': 'gzip' })).status).toBe(400);
  expect(
    (await post(Buffer.concat([packed.subarray(0, 20), Buffer.alloc(50, 0xff)]), { 'content-encoding': 'gzip' }))
      .status,
  ).toBe(400);
  const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024, ' '));
  const answer = await post(bomb, { 'content-encoding': 'gzip' });
  expect(answer.status).toBe(413);
});

test('too large, another encoding, a bad name, a bad method, an unknown path', async () => {
  const large = await post(
    `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"a":"${'x'.repeat(1_100_000)}"}]}`,
  );
  expect([large.status, readObject(large.body).get('code')]).toEqual([413, expect.stringMatching(/TOO_(LARGE|BIG)/)]);
  expect((await post(GOOD, { 'content-encoding': 'br' })).status).toBe(415);
  expect((await post(GOOD, {}, '/webhook/v1/a%20b')).status).toBe(400);
  expect((await post(GOOD, {}, '/webhook/v1/-')).status).toBe(400);
  expect((await server.ask({ path: '/webhook/v1/c' })).status).toBe(405);
  expect((await post(GOOD, {}, '/webhook/v2/c')).status).toBe(404);
  expect((await post(GOOD, {}, '/webhook/v1/a/b/c')).status).toBe(404);
});

test('a sender that stops in the middle of its body', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(
    `POST /webhook/v1/c HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${GOOD.length}\r\n\r\n${GOOD.slice(0, 100)}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  socket.destroy();
  // Nothing of it is kept as acknowledged, and the same batch is taken afterwards.
  expect((await post(GOOD)).status).toBe(200);
});

test('a broken request line is answered, not dropped', async () => {
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.once('data', (data) => resolve(data.toString('latin1')));
    socket.once('close', () => resolve(''));
    socket.write('NONSENSE\r\n\r\n');
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});

test('parameters of the read API: unknown ones and wrong values name the nearest', async () => {
  const bad = async (path: string) => {
    const { status, body } = await server.ask({ path });
    return [status, String(readObject(body).get('detail'))];
  };
  expect(await bad('/api/v1/records?usr=alice')).toEqual([400, expect.stringContaining('did you mean user?')]);
  expect(await bad('/api/v1/records?view=lines')).toEqual([400, expect.stringContaining('did you mean line?')]);
  expect(await bad('/api/v1/records?cursor=x')).toEqual([400, expect.stringContaining('cursor')]);
  expect(await bad('/api/v1/top?by=usr')).toEqual([400, expect.stringContaining('did you mean user?')]);
  expect(await bad('/api/v1/quarantine?limt=1')).toEqual([400, expect.stringContaining('limit')]);
  expect((await server.ask({ path: '/api/v1/nothing' })).status).toBe(404);
});

test('after all this it is ready and has what was good', async () => {
  expect((await server.ask({ path: '/readyz' })).status).toBe(200);
  await server.drained();
  const lines = await readAllLines(server, '&cluster=c');
  expect(lines.toString('utf8').trim().split('\n')).toHaveLength(2);
});
