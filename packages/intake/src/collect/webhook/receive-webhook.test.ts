// The webhook: what API servers really sent, and what they never should.

import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readArchive } from '../testing/read-archive.ts';
import { openTemporaryIntake } from '../testing/temporary-intake.ts';
import { receiveWebhook } from './receive-webhook.ts';

const EVENT = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a"}';
const ITEM = '{"level":"Metadata","auditID":"a"}';

async function post(body: string | Buffer, options: { maxBodyBytes?: number } = {}) {
  const intake = await openTemporaryIntake();
  try {
    const answer = await receiveWebhook({
      body: Buffer.from(body),
      cluster: 'prod',
      host: 'm0',
      ingest: intake.ingest,
      ...options,
    });
    return { answer, rows: await intake.drain() };
  } finally {
    await intake.close();
  }
}

test('every item that real API servers sent is byte for byte a line of their log file', {
  timeout: 60_000,
}, async () => {
  const intake = await openTemporaryIntake();
  let items = 0;
  for (const name of ['requestresponse-all', 'mixed-aggregated', 'webhook-blocking']) {
    const files = await readArchive(`${name}.tar.gz`);
    const logLines = new Set<string>();
    for (const [path, content] of files) {
      if (path.startsWith('log/')) for (const line of content.toString('latin1').split('\n')) logLines.add(line);
    }
    const bodies = [...files].filter(([path]) => /^webhook\/batch-\d+\.json$/.test(path)).map(([, content]) => content);
    let sent = 0;
    const answers = await Promise.all(
      bodies.map((body) => receiveWebhook({ body, cluster: name, ingest: intake.ingest })),
    );
    for (const answer of answers) sent += answer.ok ? answer.items : 0;
    const rows = await intake.drain();
    expect(rows.length).toBe(sent);
    for (const row of rows) {
      expect(row.problem).toBe('');
      if (!logLines.has(row.line.toString('latin1')))
        expect.fail(`not in the log: ${row.line.toString().slice(0, 300)}`);
    }
    items += sent;
  }
  await intake.close();
  expect(items).toBe(8682);
});

test('takes lists and single events of all three versions', async () => {
  for (const version of ['v1', 'v1beta1', 'v1alpha1']) {
    const list = `{"kind":"EventList","apiVersion":"audit.k8s.io/${version}","metadata":{},"items":[${ITEM},${ITEM}]}\n`;
    const { answer, rows } = await post(list);
    expect(answer).toEqual({ ok: true, items: 2 });
    expect(rows.map((row) => [row.line.toString(), row.position])).toEqual([
      [EVENT.replace('/v1"', `/${version}"`), 0],
      [EVENT.replace('/v1"', `/${version}"`), 1],
    ]);
    const single = EVENT.replace('/v1"', `/${version}"`);
    expect((await post(`${single}\n`)).rows.map((row) => row.line.toString())).toEqual([single]);
  }
});

test('names its source after cluster and host', async () => {
  const { rows } = await post(EVENT);
  expect(rows[0]?.source).toMatchObject({ kind: 'webhook', name: 'webhook/prod/m0', cluster: 'prod', host: 'm0' });
});

test('takes pretty-printed bodies, items with a kind, and empty lists', async () => {
  const list = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [JSON.parse(ITEM), JSON.parse(EVENT)] };
  const pretty = await post(JSON.stringify(list, null, 2));
  expect(pretty.rows.map((row) => row.line.toString())).toEqual([EVENT, EVENT]);
  expect((await post('{"items":[],"apiVersion":"audit.k8s.io/v1","kind":"EventList"}')).answer).toEqual({
    ok: true,
    items: 0,
  });
  expect((await post('{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":null}')).answer).toEqual({
    ok: true,
    items: 0,
  });
  const empty = await post('{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{}]}');
  expect(empty.rows.map((row) => row.line.toString())).toEqual(['{"kind":"Event","apiVersion":"audit.k8s.io/v1"}']);
});

test('unpacks gzip bodies within the limit', async () => {
  const list = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${ITEM}]}`;
  expect((await post(gzipSync(list))).answer).toEqual({ ok: true, items: 1 });
  const bomb = await post(gzipSync(Buffer.alloc(1_000_000)), { maxBodyBytes: 100_000 });
  expect(bomb.answer).toMatchObject({
    ok: false,
    reason: 'malformed',
    problem: expect.stringContaining('KW_WEBHOOK_BODY_TOO_BIG'),
  });
  const torn = gzipSync(list).subarray(0, -5);
  const answer = await post(torn);
  expect(answer.answer).toMatchObject({ ok: false, problem: expect.stringContaining('KW_WEBHOOK_BODY_GZIP') });
  expect(answer.rows.map((row) => row.line)).toEqual([torn]);
});

test('keeps a malformed body in quarantine as one row and says what is wrong', async () => {
  const head = '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":';
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /NOT_JSON.* at byte 0, it is empty\./],
    ['hello', /it is not a JSON object/],
    ['[]', /it is not a JSON object/],
    [`${head}[${ITEM}`, /it ends in the middle/],
    [`${head}[${ITEM},]}`, /at byte 95, '\]' is not expected there/],
    [`${head}[${ITEM}]} x`, /something follows its end/],
    [`${head}[1]}`, /'1' is not expected there/],
    [`${head}[{"a":tru}]}`, /'}' is not expected there/],
    [`${head}[{"a":"\n"}]}`, /byte 0x0a is not expected there/],
    [`${head}[{"a":"\\x"}]}`, /'x' is not expected there/],
    [`${head}[{"a":01}]}`, /is not expected there/],
    [`${head}[{"a":1,}]}`, /'}' is not expected there/],
    [`${head}[${'['.repeat(600)}`, /is not expected there/],
    ['{"kind":"Pod","apiVersion":"v1"}', /KW_WEBHOOK_NOT_AUDIT: .*kind "Pod", apiVersion "v1"/],
    ['{"kind":"EventList","apiVersion":"v1","items":[]}', /NOT_AUDIT/],
    ['{"kind":"Event","apiVersion":"v1"}', /NOT_AUDIT/],
    ['{}', /NOT_AUDIT/],
  ];
  for (const [body, problem] of cases) {
    const { answer, rows } = await post(body);
    expect(answer, body).toMatchObject({ ok: false, reason: 'malformed', problem: expect.stringMatching(problem) });
    expect(rows.map((row) => [row.line.toString(), row.problem])).toEqual([[body, answer.ok ? '' : answer.problem]]);
  }
});

test('refuses at once while the spool is full, and goes on when it has room', async () => {
  const intake = await openTemporaryIntake({ maxSpoolBytes: 1000 });
  const send = () => receiveWebhook({ body: Buffer.from(EVENT), cluster: 'c', ingest: intake.ingest });
  let accepted = 0;
  for (let answer = await send(); answer.ok; answer = await send()) accepted++;
  expect(await send()).toMatchObject({ ok: false, reason: 'spool-full', retryAfterSeconds: 10 });
  expect((await intake.drain()).length).toBe(accepted);
  expect(await send()).toEqual({ ok: true, items: 1 });
  await intake.close();
  expect(await send()).toMatchObject({ ok: false, reason: 'closed' });
});
