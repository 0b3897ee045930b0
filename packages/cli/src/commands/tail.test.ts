// `tail`: history in order, then each new record once; endings are told.
import { afterEach, expect, test } from 'vitest';
import { type FakeServer, type Reply, recordRow, startFakeServer, stream } from './testing/fake-server.ts';
import { runCommand } from './testing/run-command.ts';
import { startProcess, waitFor } from './testing/run-process.ts';

let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const NEWEST_FIRST = stream(['{"n":2}\n', '{"n":1}\n']);

test('without -f the newest records, oldest of them first', async () => {
  server = await startFakeServer({ '/api/v1/records': NEWEST_FIRST });
  const { code, stdout } = await runCommand([
    '--server',
    server.url,
    'tail',
    '-o',
    'ndjson',
    '--tail',
    '2',
    '--verb',
    '-get',
  ]);
  expect([code, stdout]).toEqual([0, '{"n":1}\n{"n":2}\n']);
  expect(server.seen[0]?.params).toEqual({ verb: ['-get'], view: ['line'], limit: ['2'], order: ['newest'] });
});

test('-f: a record that landed while the history was read comes once; signs of life are not printed', async () => {
  const live = stream(['\n', '{"n":2}\n{"n":', '3}\n', '\n', '{"n":2}\n']);
  server = await startFakeServer({ '/api/v1/records': NEWEST_FIRST, '/api/v1/tail': live });
  const { code, stdout, stderr } = await runCommand(['--server', server.url, 'tail', '-f', '-o', 'ndjson']);
  expect(stdout).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":2}\n');
  // A tail has no end of its own.
  expect([code, stderr]).toEqual([1, expect.stringContaining('ended the tail; it may be restarting')]);
  expect(server.seen.map((seen) => seen.path)).toEqual(['/api/v1/tail', '/api/v1/records']);
});

test('-f prints each record as it lands, and Ctrl-C is exit code 130', async () => {
  const live: Reply = (_, response) => {
    response.writeHead(200);
    response.write(recordRow({ name: 'first' }));
    // Never ends by itself.
  };
  server = await startFakeServer({ '/api/v1/tail': live });
  const run = startProcess(['--server', server.url, 'tail', '-f', '--tail', '0'], {});
  await waitFor('the record', () => run.stdout().includes('first'));
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(130);
  expect(run.stdout()).toMatch(/^TIME .*\n2026-11-20T08:00:00Z .* first\n$/);
  expect(run.stderr()).toBe('');
});
