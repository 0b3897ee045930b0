// A server that cannot start: exit code 1 and one sentence with its code, for directories, addresses, locks and files.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runServerProgram } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';

const folder = makeFolder();
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
let running: TestServer;
let port = 0;

beforeAll(async () => {
  running = await TestServer.start({ data: join(folder, 'running') });
  await running.ready();
  port = Number(new URL(running.url).port);
});
afterAll(() => running.stop());

/** `data` below the folder; a fresh one when the name is new. */
const start = (data: string, args: readonly string[] = ['--listen', '127.0.0.1:0'], uid?: number) =>
  runServerProgram(['--data', join(folder, data), ...args], uid === undefined ? {} : { uid, env: { HOME: '/' } });

function expectRefusal(ran: { code: number | null; stderr: string }, sentence: RegExp): void {
  expect(ran.stderr).toMatch(sentence);
  expect(ran.code).toBe(1);
  const last = ran.stderr.trim().split('\n').slice(-2);
  // The sentence stands at the end, with the page about it.
  expect(last[0]).toMatch(/^KW_[A-Z_]+: .+\.$/);
  expect(last[1]).toMatch(/^ {2}\(docs\/errors\/KW_[A-Z_]+\.md\)$/);
}

test('data directory owned by another process', async () => {
  const ran = await start('running');
  expectRefusal(
    ran,
    new RegExp(`KW_SPOOL_IN_USE: process ${running.pid} has .* open; stop it or use another data directory`),
  );
  // And that one goes on.
  expect((await running.ask({ path: '/readyz' })).status).toBe(200);
});

test('the same directory by another path', async () => {
  symlinkSync(join(folder, 'running'), join(folder, 'link'));
  expectRefusal(await start('link'), /KW_SPOOL_IN_USE: process \d+ has/);
});

test('port taken by a server and by another program', async () => {
  expectRefusal(
    await start('fresh', ['--listen', `127.0.0.1:${port}`]),
    /KW_PORT_TAKEN: another program listens on 127\.0\.0\.1:\d+ already; stop it or give another --listen/,
  );
  const path = join(folder, 'taken.sock');
  const other = createServer().listen(path);
  expectRefusal(await start('fresh', ['--listen', `unix:${path}`]), /KW_PORT_TAKEN/);
  await new Promise((resolve) => other.close(resolve));
});

test.each(['0.0.0.0:0', '[::]:0', ':0'])('reachable from other machines without tokens: %s', async (listen) => {
  expectRefusal(
    await start('fresh', ['--listen', listen]),
    /KW_BIND_NEEDS_TOKENS: other machines can connect .* run `kubewitness token create --role admin --data .*` first, or listen on 127\.0\.0\.1/,
  );
});

test('an address that is not of this machine', async () => {
  const made = await runServerProgram(['token', 'create', '--role', 'admin', '--data', join(folder, 'with-token')]);
  expect(made.code).toBe(0);
  expectRefusal(
    await start('with-token', ['--listen', '203.0.113.7:8440']),
    /KW_LISTEN_FAILED: cannot listen on 203\.0\.113\.7:8440 \(EADDRNOTAVAIL\)/,
  );
});

test('data directory is a file, or below a file', async () => {
  writeFileSync(join(folder, 'file'), '');
  expectRefusal(await start('file'), /KW_DATA_DIRECTORY: .*file cannot be used \(it is a file\)/);
  expectRefusal(await start('file/below'), /KW_DATA_DIRECTORY: .* cannot be used \(ENOTDIR/);
});

test('data directory not writable, not to be made, and owned by somebody else', async () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o555 });
  chmodSync(closed, 0o555);
  chmodSync(folder, 0o755);
  if (isRoot) process.stdout.write(`running the server as uid ${NOBODY}, for root may write everywhere\n`);
  const uid = isRoot ? NOBODY : undefined;
  const refusal =
    /KW_DATA_DIRECTORY: The data directory .* cannot be used \(EACCES.* Name another with --data, or make it writable for this user/;
  expectRefusal(await start('closed', undefined, uid), refusal);
  expectRefusal(await start('closed/below', undefined, uid), refusal);
});

test('files of ours that are broken: tokens, TLS', async () => {
  mkdirSync(join(folder, 'tokens'));
  writeFileSync(join(folder, 'tokens/tokens.json'), '{');
  expectRefusal(await start('tokens'), /KW_TOKENS_FILE: .*tokens\.json is not a file of tokens/);
  writeFileSync(join(folder, 'x.pem'), 'no certificate');
  const pem = join(folder, 'x.pem');
  expectRefusal(await start('fresh', ['--listen', '127.0.0.1:0', '--tls-cert', pem, '--tls-key', pem]), /KW_TLS_FILES/);
});

test('the store is in the way of something else', async () => {
  mkdirSync(join(folder, 'odd/store'), { recursive: true });
  writeFileSync(join(folder, 'odd/store/store'), 'a file');
  expectRefusal(await start('odd'), /KW_ENGINE_DIRECTORY: the engine cannot write to .*odd\/store/);
});

test('a stale lock and a stale socket of a killed server hinder nobody', async () => {
  const listen = `unix:${join(folder, 'stale.sock')}`;
  const killed = await TestServer.start({ data: join(folder, 'stale'), listen });
  await killed.kill();
  const next = await TestServer.start({ data: join(folder, 'stale'), listen });
  await next.ready();
  expect(await next.stop()).toEqual({ code: 0, signal: null });
});
