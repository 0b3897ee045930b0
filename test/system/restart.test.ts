// A server stopped in order and started again: the same records, the same counts, the same tokens; nothing is sent twice.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { batchOf, openRun } from '../support/audit-events.ts';
import { corpusPath } from '../support/corpus.ts';
import { judgeStore, Ledger, readAllLines } from '../support/ledger.ts';
import { runCli, runServerProgram } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { tellEngine } from './stored-columns.ts';

test('restart keeps records, counts, quarantine and sources', { timeout: 120_000 }, async () => {
  const data = join(makeFolder(), 'data');
  const ledger = new Ledger(openRun('restart'));
  let server = await TestServer.start({ data });
  await server.ready();
  const numbers = ledger.take(500);
  expect(
    (await server.ask({ method: 'POST', path: '/webhook/v1/c/host-1', body: batchOf(ledger.run, numbers) })).status,
  ).toBe(200);
  ledger.acknowledge(numbers);
  // A broken body: kept, and still there later.
  expect((await server.ask({ method: 'POST', path: '/webhook/v1/c', body: '{"kind":"EventList"' })).status).toBe(400);
  // Acknowledged a moment before the stop: still in the spool.
  const late = ledger.take(50);
  expect((await server.ask({ method: 'POST', path: '/webhook/v1/c', body: batchOf(ledger.run, late) })).status).toBe(
    200,
  );
  ledger.acknowledge(late);
  expect(await server.stop()).toEqual({ code: 0, signal: null });

  server = await TestServer.start({ data });
  await server.ready();
  await server.drained();
  expect(await judgeStore(ledger, server)).toEqual({ stored: 550, missing: [], double: [], changed: [], foreign: [] });
  const before = await server.getObject('/api/v1/sources');
  const status = await server.getObject('/api/v1/status');
  expect(status.get('records')).toBe(550);
  expect(status.get('quarantined')).toBe(1);
  await server.stop();

  server = await TestServer.start({ data });
  await server.ready();
  expect(await server.getObject('/api/v1/sources')).toEqual(before);
  expect((await server.getObject('/api/v1/status')).get('records')).toBe(550);
  // The same batch once more is a duplicate.
  await server.ask({ method: 'POST', path: '/webhook/v1/c', body: batchOf(ledger.run, numbers) });
  await server.drained();
  expect(await judgeStore(ledger, server)).toMatchObject({ stored: 550, double: [] });
  await server.stop();
});

test('SIGTERM in the middle of an import: the server stops within its grace, and the import can be done again', {
  timeout: 120_000,
}, async () => {
  const data = join(makeFolder(), 'data');
  let server = await TestServer.start({ data, args: ['--stop-grace', '2s'] });
  await server.ready();
  const path = corpusPath('kube-apiserver/real-100k.ndjson.gz');
  const importing = runCli(['import', path, '--server', server.url]);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const beganMs = performance.now();
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(performance.now() - beganMs).toBeLessThan(20_000);
  await importing;
  server = await TestServer.start({ data });
  await server.ready();
  const ran = await runCli(['import', path, '--server', server.url, '-o', 'json']);
  const report: { stored: number; duplicate: number } = JSON.parse(ran.stdout.toString('utf8'));
  expect(report.stored + report.duplicate).toBe(100_000);
  const lines = await readAllLines(server);
  expect(lines.toString('latin1').split('\n')).toHaveLength(100_001);
  await server.stop();
});

test('a store of a newer program is refused with a sentence', async () => {
  const data = join(makeFolder(), 'data');
  const server = await TestServer.start({ data });
  await server.ready();
  await tellEngine(data, "INSERT INTO schema_migrations SELECT 4711, 'of the future', now('UTC')");
  await server.stop();
  const ran = await runServerProgram(['--data', data, '--listen', '127.0.0.1:0']);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/KW_STORE_NEWER: The data directory was written by a newer KubeWitness \(schema 4711/);
});

test('webhook batches are taken before the engine is there, and are records once it is', async () => {
  const ledger = new Ledger(openRun('early'));
  const server = await TestServer.start({ data: join(makeFolder(), 'data') });
  const numbers = ledger.take(100);
  const sent = await server.ask({ method: 'POST', path: '/webhook/v1/c', body: batchOf(ledger.run, numbers) });
  // Asked afterwards: not ready now means that it was not then.
  const asked = await server.ask({ path: '/readyz' });
  expect([sent.status, asked.status]).toEqual([200, 503]);
  const question = await server.ask({ path: '/api/v1/records' });
  if (question.status !== 200) expect(question.body.toString('utf8')).toContain('KW_ENGINE_NOT_READY');
  ledger.acknowledge(numbers);
  await server.ready();
  await server.drained();
  expect(await judgeStore(ledger, server)).toMatchObject({ stored: 100, missing: [], double: [] });
  await server.stop();
});
