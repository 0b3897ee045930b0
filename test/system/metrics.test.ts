// /metrics of a real server: what was received, stored, known, refused and dropped is counted, and an engine that died was started again.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { batchOf, openRun } from '../support/audit-events.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

test('metrics tell what happened', async () => {
  const server = await TestServer.start({ data: join(makeFolder(), 'data'), args: ['--webhook-max-bytes', '1MiB'] });
  await server.ready();
  const post = async (body: string) => (await server.ask({ method: 'POST', path: '/webhook/v1/c', body })).status;
  const batch = batchOf(openRun('metrics'), [1, 2, 3]);
  // Of an item that is a record and of one that is none.
  const mixed = batch.replace('"items":[', '"items":[{"auditID":"no-time","stage":"ResponseComplete"},');
  expect([await post(batch), await post(mixed), await post('x'.repeat(2 ** 20 + 1))]).toEqual([200, 200, 413]);
  await server.drained();
  await server.ask({ path: '/api/v1/stats' });

  const read = async () => (await server.ask({ path: '/metrics' })).body.toString('utf8');
  const value = (text: string, name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`kubewitness_${name} `))
        ?.split(' ')
        .at(-1),
    );
  const text = await read();
  const ofWebhook = (name: string) => value(text, `ingest_${name}_total{source="webhook"}`);
  expect({
    received: ofWebhook('received_lines'),
    stored: ofWebhook('stored_records'),
    duplicate: ofWebhook('duplicate_records'),
    quarantined: ofWebhook('quarantined_lines'),
    dropped: value(text, 'ingest_dropped_lines_total{reason="body-too-large"}'),
    hasDelays: value(text, 'ingest_event_delay_seconds_count') > 0,
    queries: value(text, 'query_seconds_count{kind="stats",outcome="ok"}'),
    spool: [value(text, 'spool_bytes'), value(text, 'spool_oldest_age_seconds')],
    records: value(text, 'store_records'),
    restarts: value(text, 'engine_restarts_total'),
  }).toEqual({
    received: 7,
    stored: 3,
    duplicate: 3,
    quarantined: 1,
    dropped: 1,
    hasDelays: true,
    queries: 1,
    spool: [0, 0],
    records: 3,
    restarts: 0,
  });

  process.kill(server.enginePid() ?? 0, 'SIGKILL');
  await waitUntil('the restart to be counted', async () => value(await read(), 'engine_restarts_total') === 1);
  await server.ready();
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});
