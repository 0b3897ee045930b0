// `--from` and `serve` with a stand-in for the server program: nothing of it is left behind, however the command ends.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FAKE_PROGRAM, isAlive, startProcess, waitFor } from './testing/run-process.ts';

let directory = '';
beforeEach(async () => {
  // /tmp and not the runner's temporary folder: a socket path has about 100 bytes.
  directory = await mkdtemp('/tmp/kw-cli-');
  await mkdir(join(directory, 'tmp'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function start(argv: readonly string[], mode = '', more: Readonly<Record<string, string>> = {}) {
  const env = {
    TMPDIR: join(directory, 'tmp'),
    KUBEWITNESS_SERVER_PROGRAM: FAKE_PROGRAM,
    FAKE_LOG: join(directory, 'log'),
    FAKE_MODE: mode,
    ...more,
  };
  return startProcess(argv, env);
}

async function readLog(): Promise<string> {
  return existsSync(join(directory, 'log')) ? readFile(join(directory, 'log'), 'utf8') : '';
}

async function readPid(): Promise<number> {
  return Number(/^pid (\d+)$/m.exec(await readLog())?.[1]);
}

async function readLeftOvers(): Promise<readonly string[]> {
  // The compiler that runs the sources keeps a cache there too.
  return (await readdir(join(directory, 'tmp'))).filter((name) => !name.startsWith('tsx-'));
}

async function expectNothingLeft(): Promise<void> {
  expect(await readLeftOvers()).toEqual([]);
  expect(isAlive(await readPid())).toBe(false);
}

const LINE = '{"kind":"Event","auditID":"a"}\n';

test('the files are imported into a temporary server, asked, and nothing stays', async () => {
  const logs = join(directory, 'logs');
  await mkdir(join(logs, 'deep'), { recursive: true });
  await writeFile(join(logs, 'audit.log'), LINE);
  await writeFile(join(logs, 'deep', 'k.log.gz'), gzipSync(LINE));
  await writeFile(join(logs, 'pod.log'), 'hello\n');
  await writeFile(join(logs, 'readme.txt'), LINE);
  const run = start(['search', '--from', logs, '-o', 'ndjson'], '', {
    KUBEWITNESS_TAIL: '/var/log/x',
    KUBEWITNESS_TOKEN: 't',
  });
  expect(await run.ended).toBe(0);
  expect(run.stdout()).toBe(LINE + gzipSync(LINE).toString('utf8'));
  const log = await readLog();
  expect(log).toContain(`import ${join(logs, 'audit.log')} ${LINE.length}`);
  expect(log).toContain(`import ${join(logs, 'deep', 'k.log.gz')} `);
  expect(log).not.toContain('pod.log');
  expect(log).not.toContain('readme');
  // Settings of the surroundings are not the temporary server's.
  expect(log).toContain('env \n');
  await expectNothingLeft();
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s during the answer: exit code %i and nothing left', async (name, code) => {
  await writeFile(join(directory, 'audit.log'), LINE);
  const run = start(['search', '--from', join(directory, 'audit.log'), '-o', 'ndjson'], 'hangs');
  await waitFor('the first line', () => run.stdout() !== '');
  run.child.kill(name);
  expect(await run.ended).toBe(code);
  await expectNothingLeft();
});

test('Ctrl-C before the server is ready', async () => {
  await writeFile(join(directory, 'audit.log'), LINE);
  const run = start(['top', '--from', join(directory, 'audit.log')], 'unready');
  await waitFor('the program', async () => (await readLog()).includes('args'));
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(130);
  await expectNothingLeft();
});

test('a reader that has seen enough (| head) ends the command quietly', async () => {
  await writeFile(join(directory, 'audit.log'), LINE);
  const run = start(['search', '--from', join(directory, 'audit.log'), '-o', 'ndjson'], 'endless');
  await waitFor('output', () => run.stdout() !== '');
  run.child.stdout?.destroy();
  expect(await run.ended).toBe(0);
  expect(run.stderr()).toBe('');
  await expectNothingLeft();
});

test('a second Ctrl-C does not wait for a program that will not go', async () => {
  await writeFile(join(directory, 'audit.log'), LINE);
  const run = start(['search', '--from', join(directory, 'audit.log'), '-o', 'ndjson'], 'stubborn');
  // It answers at once and then does not stop when asked.
  await waitFor('the first SIGTERM', async () => (await readLog()).includes('SIGTERM'));
  run.child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 50));
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(130);
  await waitFor('its end', async () => !isAlive(await readPid()));
  await expectNothingLeft();
});

test('killed outright, the server goes by itself and takes the directory along', async () => {
  await writeFile(join(directory, 'audit.log'), LINE);
  const run = start(['search', '--from', join(directory, 'audit.log'), '-o', 'ndjson'], 'hangs');
  await waitFor('the first line', () => run.stdout() !== '');
  run.child.kill('SIGKILL');
  expect(await run.ended).toBe('SIGKILL');
  await waitFor('its end', async () => !isAlive(await readPid()));
  await expectNothingLeft();
});

test('a program that dies is told with its last words', async () => {
  await writeFile(join(directory, 'audit.log'), LINE);
  const run = start(['stats', '--from', join(directory, 'audit.log')], 'dies');
  expect(await run.ended).toBe(1);
  expect(run.stderr()).toContain(
    'did not start (exit code 3). It said:\nKW_STORE_LOCKED: somebody else has the directory.',
  );
  await expectNothingLeft();
});

test('files that are not there, directories without logs, no server installed', async () => {
  const missing = start(['search', '--from', join(directory, 'nope.log')]);
  expect(await missing.ended).toBe(1);
  expect(missing.stderr()).toContain('nope.log does not exist; check the path.');
  const empty = start(['search', '--from', join(directory, 'tmp')]);
  expect(await empty.ended).toBe(1);
  expect(empty.stderr()).toContain('No audit logs in ');
  await writeFile(join(directory, 'audit.log'), LINE);
  const absent = start(['search', '--from', join(directory, 'audit.log')], '', {
    KUBEWITNESS_SERVER_PROGRAM: '/nonexistent',
  });
  expect(await absent.ended).toBe(1);
  expect(absent.stderr()).toContain('KW_CLI_NOT_INSTALLED');
  expect(await readLeftOvers()).toEqual([]);
});

test('serve passes arguments, one signal and the exit code on', async () => {
  const run = start(['serve', '--listen', '127.0.0.1:0', '--help'], '', {
    KUBEWITNESS_TAIL: '/x',
    KUBEWITNESS_SERVER: 'http://x',
  });
  await waitFor('the program', async () => (await readLog()).includes('env') && run.stdout().includes('serving'));
  expect(await readLog()).toContain('args --listen 127.0.0.1:0 --help\nenv KUBEWITNESS_TAIL\n');
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(7);
  expect((await readLog()).match(/SIGINT/g)).toEqual(['SIGINT']);
  const killed = start(['serve', '--listen', '127.0.0.1:1']);
  await waitFor('the program', async () => (await readLog()).includes('args --listen 127.0.0.1:1'));
  killed.child.kill('SIGKILL');
  await waitFor('its end', async () => (await readLog()).endsWith('SIGTERM\n'));
  const demo = start(['demo', '--data', 'x']);
  await waitFor('the program', async () => (await readLog()).includes('args --demo --data x'));
  demo.child.kill('SIGTERM');
  expect(await demo.ended).toBe(0);
});
