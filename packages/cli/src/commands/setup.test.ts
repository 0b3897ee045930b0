// webhook-config, token and completion.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findCompletions } from './complete.ts';
import { buildProgram } from './program.ts';
import { type FakeServer, json, startFakeServer } from './testing/fake-server.ts';
import { runCommand } from './testing/run-command.ts';
import { FAKE_PROGRAM, startProcess, waitFor } from './testing/run-process.ts';

const CA = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
let server: FakeServer | undefined;
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp('/tmp/kw-cli-');
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(directory, { recursive: true, force: true });
});

test('webhook-config is a kubeconfig with CA and token, the flags beside it', async () => {
  await writeFile(join(directory, 'ca.crt'), CA);
  await writeFile(join(directory, 'token'), 'kw_abc_def\n');
  const files = ['--ca-file', join(directory, 'ca.crt'), '--token-file', join(directory, 'token')];
  const { code, stdout, stderr } = await runCommand([
    'webhook-config',
    '--server',
    'https://witness:8440/',
    '--cluster',
    'prod',
    '--host',
    'master-0',
    ...files,
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(parse(stdout)).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'kubewitness',
        cluster: {
          server: 'https://witness:8440/webhook/v1/prod/master-0',
          'certificate-authority-data': Buffer.from(CA).toString('base64'),
        },
      },
    ],
    users: [{ name: 'api-server', user: { token: 'kw_abc_def' } }],
    contexts: [{ name: 'kubewitness', context: { cluster: 'kubewitness', user: 'api-server' } }],
    'current-context': 'kubewitness',
  });
  expect(stdout).toContain('--audit-webhook-batch-max-size=400');
});

test('webhook-config without a token still is one, with two words of warning', async () => {
  const { stdout, stderr } = await runCommand(['webhook-config', '--cluster', 'dev']);
  expect(parse(stdout)).toMatchObject({
    clusters: [{ cluster: { server: 'http://127.0.0.1:8440/webhook/v1/dev' } }],
    users: [{ user: {} }],
  });
  expect(stderr).toContain('an address of this machine only');
  expect(stderr).toContain('No token given');
});

test('a CA file must hold a certificate', async () => {
  await writeFile(join(directory, 'ca.crt'), 'no certificate\n');
  const { code, stdout, stderr } = await runCommand([
    'webhook-config',
    '--cluster',
    'c',
    '--ca-file',
    join(directory, 'ca.crt'),
  ]);
  expect([code, stdout, stderr]).toEqual([
    1,
    '',
    expect.stringMatching(/KW_CLI_FILE: .*ca\.crt holds no certificate in PEM; name/),
  ]);
});

test('a token file must hold one token', async () => {
  await writeFile(join(directory, 'token'), 'two words\n');
  const { code, stderr } = await runCommand(['status', '--token-file', join(directory, 'token')]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('does not hold one token')]);
});

test('tokens: only the token itself on standard output', async () => {
  const made = { id: 'abcd2345', name: 'api', role: 'ingest', token: 'kw_abcd2345_secret' };
  server = await startFakeServer({
    '/api/v1/tokens': (request, response) =>
      request.method === 'POST'
        ? json(made)(request, response)
        : json([
            { id: 'abcd2345', name: 'api', role: 'ingest', createdAt: '2026-11-20T08:00:00.000000Z', lastUsedAt: null },
          ])(request, response),
    '/api/v1/tokens/abcd2345': (_, response) => void response.writeHead(204).end(),
  });
  const create = await runCommand(['--server', server.url, 'token', 'create', 'api', '--role', 'ingest']);
  expect(create).toMatchObject({ code: 0, stdout: 'kw_abcd2345_secret\n' });
  expect(create.stderr).toContain('not shown again');
  expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual({ name: 'api', role: 'ingest' });
  const list = await runCommand(['--server', server.url, 'token', 'list']);
  expect(list.stdout).toBe(
    'ID        NAME  ROLE    CREATED               LAST-USED\nabcd2345  api   ingest  2026-11-20T08:00:00Z  <none>\n',
  );
  const revoke = await runCommand(['--server', server.url, 'token', 'revoke', 'abcd2345']);
  expect([revoke.code, revoke.stderr, server.seen.at(-1)?.method]).toEqual([
    0,
    'Token abcd2345 is revoked.\n',
    'DELETE',
  ]);
  expect((await runCommand(['--server', server.url, 'token', 'create', 'x'])).code).toBe(2);
});

test('tokens of a server that does not run yet: the server program makes them in its directory', async () => {
  const env = { KUBEWITNESS_SERVER_PROGRAM: FAKE_PROGRAM, FAKE_LOG: join(directory, 'log') };
  const run = startProcess(['token', 'create', '--role', 'admin', '--data', '/d'], env);
  await waitFor('the program', () => run.stdout().includes('serving'));
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  const { readFile } = await import('node:fs/promises');
  expect(await readFile(join(directory, 'log'), 'utf8')).toContain(
    'args token create --data /d --role admin --name admin\n',
  );
});

test.each([
  [['se'], ['search', 'sessions', 'serve']],
  [
    ['search', '--us'],
    ['--user', '--user-agent'],
  ],
  [
    ['search', '-o', ''],
    ['table', 'wide', 'json', 'ndjson', 'yaml', 'csv', 'name'],
  ],
  [
    ['search', '-n', 'x', '--stage', 'Resp'],
    ['ResponseStarted', 'ResponseComplete'],
  ],
  [['search', '--order=n'], ['--order=newest']],
  [
    ['top', '--by', 'user'],
    ['user', 'user-agent'],
  ],
  [
    ['token', ''],
    ['create', 'list', 'revoke'],
  ],
  [['completion', 'z'], ['zsh']],
  [['search', '--user', ''], []],
])('completes %j', (words, expected) => {
  const output = { stdout: process.stdout, stderr: process.stderr };
  const program = buildProgram('kubewitness', output, () => Promise.resolve(), []);
  const found = findCompletions(program, words);
  expect(found.filter((word) => word !== 'help')).toEqual(expected);
});

test.each(['bash', 'zsh', 'fish'])('the %s script is accepted by its shell', async (name) => {
  const { code, stdout } = await runCommand(['completion', name]);
  expect(code).toBe(0);
  expect(stdout).toContain('__complete');
  const path = ['/bin', '/usr/bin', '/usr/local/bin']
    .map((folder) => join(folder, name))
    .find((candidate) => existsSync(candidate));
  // bash is everywhere; the other two are checked where they are installed.
  if (path === undefined) return;
  const file = join(directory, 'script');
  await writeFile(file, stdout);
  execFileSync(path, ['-n', file], { stdio: 'pipe' });
});
