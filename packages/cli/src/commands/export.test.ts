// `export`: the archive's bytes, never over an existing file by accident, never half a file under the final name.
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeServer, type Reply, startFakeServer, stream } from './testing/fake-server.ts';
import { runCommand } from './testing/run-command.ts';

let server: FakeServer | undefined;
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp('/tmp/kw-cli-');
});
afterEach(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

const ARCHIVE = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256));

async function save(reply: Reply, args: readonly string[], columns?: number) {
  await server?.close();
  server = await startFakeServer({ '/api/v1/export': reply });
  return runCommand(['--server', server.url, 'export', ...args], columns === undefined ? {} : { columns });
}

test('the bytes, in a file only its owner can read', async () => {
  const out = join(directory, 'case.tar.gz');
  const { code, stdout, stderr } = await save(stream([ARCHIVE]), ['--since', '24h', '--out', out]);
  expect([code, stdout, stderr]).toEqual([0, '', `Saved ${out} (293 KiB).\n`]);
  expect((await readFile(out)).equals(ARCHIVE)).toBe(true);
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(['case.tar.gz']);
  expect(server?.seen[0]?.params).toEqual({ since: ['24h'] });
});

test('how many records it holds, and that it holds none', async () => {
  const some = await save(stream([ARCHIVE], { 'kubewitness-records': '1234' }), ['--out', join(directory, 'a.tar.gz')]);
  expect(some.stderr).toBe(`Saved ${join(directory, 'a.tar.gz')} (1,234 records, 293 KiB).\n`);
  const none = await save(stream([ARCHIVE], { 'kubewitness-records': '0' }), [
    ...['--user', 'nobody', '--out', join(directory, 'b.tar.gz')],
  ]);
  expect(none.stderr).toBe(
    `No records found in any namespace (--user nobody).\nSaved ${join(directory, 'b.tar.gz')} (0 records, 293 KiB).\n`,
  );
  expect([some.code, none.code]).toEqual([0, 0]);
});

test('an existing file stays, unless --force', async () => {
  const out = join(directory, 'case.tar.gz');
  await writeFile(out, 'old');
  const kept = await save(stream([ARCHIVE]), ['--out', out]);
  expect([kept.code, kept.stderr]).toEqual([
    1,
    expect.stringContaining('exists already; choose another name, or replace it with --force.'),
  ]);
  expect(server?.seen).toEqual([]);
  expect(await readFile(out, 'utf8')).toBe('old');
  expect((await save(stream([ARCHIVE]), ['--out', out, '--force'])).code).toBe(0);
  expect((await readFile(out)).equals(ARCHIVE)).toBe(true);
});

test('an answer that breaks off leaves no file', async () => {
  const cut: Reply = (_, response) => {
    response.writeHead(200);
    response.write(ARCHIVE);
    setTimeout(() => response.destroy(), 30);
  };
  const { code, stderr } = await save(cut, ['--out', join(directory, 'case.tar.gz')]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('broke off in the middle')]);
  expect(await readdir(directory)).toEqual([]);
});

test('- is standard output, but not a terminal; a folder that is not there is told', async () => {
  const piped = await save(stream([ARCHIVE]), ['--out', '-']);
  expect(piped.out.equals(ARCHIVE)).toBe(true);
  expect((await save(stream([ARCHIVE]), ['--out', '-'], 80)).code).toBe(2);
  await chmod(directory, 0o700);
  const lost = await save(stream([ARCHIVE]), ['--out', join(directory, 'no', 'case.tar.gz')]);
  expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('case.tar.gz cannot be written (ENOENT')]);
});
