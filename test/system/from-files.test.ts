// Questions to files without a server: the answer is right, and afterwards there is no process and no directory, however it ended.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { corpusPath, unpackArchive } from '../support/corpus.ts';
import { processesThatName } from '../support/processes.ts';
import { CLI_PROGRAM } from '../support/program-paths.ts';
import { type Ran, runCli, runProgram } from '../support/run-program.ts';
import { openRandom } from '../support/seeded.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

/** On a busy machine each of these takes its time: a server is started and 100,000 lines are read. */
vi.setConfig({ testTimeout: 90_000 });

const folder = makeFolder();
const temporary = join(folder, 'tmp');
mkdirSync(temporary);
unpackArchive('metadata-all', /^log\//, folder);
const logs = join(folder, 'log');
const busy = corpusPath('kube-apiserver/real-100k.ndjson.gz');

/** Everything the program makes it makes below `temporary`. */
async function expectNothingLeft(): Promise<void> {
  await waitUntil(
    'everything to be gone',
    () => processesThatName(temporary).length === 0 && readdirSync(temporary).length === 0,
    {
      withinMs: 15_000,
      explain: () => `processes ${processesThatName(temporary)}, files ${readdirSync(temporary)}`,
    },
  );
}

const ask = (args: readonly string[], onStart?: (pid: number) => void): Promise<Ran> =>
  runCli(args, { env: { TMPDIR: temporary }, onStart: (child) => onStart?.(child.pid ?? 0) });

test('a directory of logs', async () => {
  const ran = await ask(['top', '--by', 'verb', '--all-stages', '--from', logs, '--limit', '0', '-o', 'json']);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  expect(JSON.parse(ran.stdout.toString('utf8'))).toMatchObject({ by: 'verb', total: 4650 });
  await expectNothingLeft();
});

test('several files, one of them missing: the others are read, the exit code says that not all was', async () => {
  const ran = await ask([
    'search',
    '--from',
    join(logs, 'audit.log'),
    '--from',
    join(folder, 'no-such.log'),
    '--all-stages',
    '--limit',
    '0',
    '-o',
    'ndjson',
  ]);
  expect(ran.stderr).toContain(`${join(folder, 'no-such.log')} does not exist; check the path.`);
  expect(ran.code).toBe(1);
  expect(ran.stdout.toString('utf8').split('\n')).toHaveLength(41);
  await expectNothingLeft();
});

test('all of 100,000 lines', async () => {
  const ran = await ask(['search', '--from', busy, '--all-stages', '--limit', '0', '-o', 'ndjson']);
  expect(ran.stdout.toString('latin1').split('\n')).toHaveLength(100_001);
  await expectNothingLeft();
});

const random = openRandom('from');
const momentsMs = [random.whole(50, 400), random.whole(400, 1200), random.whole(1200, 3000)];

test.each(momentsMs)('Ctrl-C after %d ms', async (afterMs) => {
  const ran = await ask(['search', '--from', busy, '--limit', '0', '-o', 'ndjson'], (pid) => {
    void sleep(afterMs)
      .then(() => process.kill(pid, 'SIGINT'))
      .catch(() => undefined);
  });
  // It may have been done already.
  if (ran.signal === null) expect([0, 130]).toContain(ran.code);
  else expect(ran.signal).toBe('SIGINT');
  await expectNothingLeft();
});

// Before the server listens to signals, while it loads, and in the middle of the import.
test.each([0, 150, 300, 600, 900, 1500])('SIGKILL of the command alone after %d ms', async (afterMs) => {
  await ask(['search', '--from', busy, '--limit', '0', '-o', 'ndjson'], (pid) => {
    void sleep(afterMs + random.whole(0, 200))
      .then(() => process.kill(pid, 'SIGKILL'))
      .catch(() => undefined);
  });
  await expectNothingLeft();
});

test('SIGTERM', async () => {
  const ran = await ask(['search', '--from', busy, '--limit', '0', '-o', 'ndjson'], (pid) => {
    void sleep(700)
      .then(() => process.kill(pid, 'SIGTERM'))
      .catch(() => undefined);
  });
  expect(ran.code).toBe(143);
  await expectNothingLeft();
});

test('output that nobody reads on', async () => {
  const cut = 'node "$0" search --from "$1" --limit 0 -o ndjson | head -n 3';
  const ran = await runProgram('sh', ['-c', cut, CLI_PROGRAM, busy], { env: { TMPDIR: temporary } });
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  expect(ran.stdout.toString('latin1').split('\n')).toHaveLength(4);
  await expectNothingLeft();
});
