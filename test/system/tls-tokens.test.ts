// Tokens and roles over TLS, as people set them up: the first token before the start, the webhook's kubeconfig, revoking, a new certificate.
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, ask, type Question } from '../support/ask.ts';
import { batchOf, openRun } from '../support/audit-events.ts';
import { type Certificates, makeCertificates, SERVER_EXTENSIONS, signPair } from '../support/certificates.ts';
import { type Ran, runCli } from '../support/run-program.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const folder = makeFolder();
const data = join(folder, 'data');
const run = openRun('tls');
let certificates: Certificates;
let server: TestServer;
const tokens = { admin: '', read: '', ingest: '' };

const cli = (args: readonly string[], token?: string): Promise<Ran> =>
  runCli([
    ...args,
    '--server',
    server.url,
    '--ca-file',
    certificates.authorityPath,
    ...(token === undefined ? [] : ['--token', token]),
  ]);

beforeAll(async () => {
  certificates = makeCertificates(folder);
  const made = await runCli(['token', 'create', 'first', '--role', 'admin', '--data', data]);
  expect(made.code).toBe(0);
  tokens.admin = made.stdout.toString('utf8').trim();
  server = await TestServer.start({
    data,
    args: [
      '--tls-cert',
      certificates.serverCertPath,
      '--tls-key',
      certificates.serverKeyPath,
      '--tls-client-ca',
      certificates.authorityPath,
    ],
    token: tokens.admin,
    authority: certificates.authority,
  });
  await server.ready();
  for (const role of ['read', 'ingest'] as const) {
    const ran = await cli(['token', 'create', `a ${role}`, '--role', role], tokens.admin);
    expect([ran.code, ran.stdout.toString('utf8')]).toEqual([0, expect.stringMatching(/^kw_\S+\n$/)]);
    tokens[role] = ran.stdout.toString('utf8').trim();
  }
});
afterAll(() => server.stop());

const asked = (question: Question, token?: string): Promise<Answer> =>
  ask(server.url, {
    authority: certificates.authority,
    ...question,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

const QUESTIONS: readonly (readonly [string, Question])[] = [
  ['webhook', { method: 'POST', path: '/webhook/v1/prod', body: batchOf(run, [1, 2]) }],
  ['import', { method: 'POST', path: '/api/v1/import?name=x', body: '' }],
  ['records', { path: '/api/v1/records' }],
  ['metrics', { path: '/metrics' }],
  ['export', { path: '/api/v1/export' }],
  ['tokens', { path: '/api/v1/tokens' }],
  ['version', { path: '/version' }],
  ['livez', { path: '/livez' }],
];

test.each([
  ['admin', () => tokens.admin, [200, 200, 200, 200, 200, 200, 200, 200]],
  ['read', () => tokens.read, [403, 403, 200, 200, 200, 403, 200, 200]],
  ['ingest', () => tokens.ingest, [200, 200, 403, 403, 403, 403, 200, 200]],
  ['no token', () => undefined, [401, 401, 401, 401, 401, 401, 200, 200]],
  ['a wrong token', () => 'kw_00000000_wrong', [401, 401, 401, 401, 401, 401, 200, 200]],
])('what %s may do', async (_, token, statuses) => {
  const answers: number[] = [];
  for (const [, question] of QUESTIONS) answers.push((await asked(question, token())).status);
  expect(Object.fromEntries(QUESTIONS.map(([name], index) => [name, answers[index]]))).toEqual(
    Object.fromEntries(QUESTIONS.map(([name], index) => [name, statuses[index]])),
  );
});

test('a client certificate of the CA may send records and nothing else', async () => {
  const pair = { clientCert: certificates.clientCert, clientKey: certificates.clientKey };
  expect((await asked({ method: 'POST', path: '/webhook/v1/prod', body: batchOf(run, [3]), ...pair })).status).toBe(
    200,
  );
  expect((await asked({ path: '/api/v1/records', ...pair })).status).toBe(403);
});

test('plain HTTP, and a command without the CA or the token', async () => {
  const withoutCa = await runCli(['status', '--server', server.url, '--token', tokens.read]);
  expect([withoutCa.code, withoutCa.stderr]).toEqual([
    1,
    expect.stringMatching(/certificate that is not trusted .* --ca-file FILE/s),
  ]);
  const plain = await runCli(['status', '--server', server.url.replace('https:', 'http:'), '--token', tokens.read]);
  expect(plain.code).toBe(1);
  const withoutToken = await cli(['status']);
  expect([withoutToken.code, withoutToken.stderr]).toEqual([1, expect.stringContaining('wants a token (401)')]);
  const wrong = await cli(['status'], 'kw_00000000_wrong');
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('does not accept this token (401)')]);
  const reader = await cli(['token', 'list'], tokens.read);
  expect([reader.code, reader.stderr]).toEqual([1, expect.stringMatching(/KW_ROLE|role/)]);
});

test('the kubeconfig of webhook-config works as the API server uses it', async () => {
  const ran = await cli(['webhook-config', '--cluster', 'prod', '--host', 'master-0'], tokens.ingest);
  expect(ran.code).toBe(0);
  const config = ran.stdout.toString('utf8');
  const read = (pattern: RegExp): string => pattern.exec(config)?.[1] ?? '';
  const url = new URL(read(/^ {6}server: "(.*)"$/m));
  // The API server drops the query string and adds its own.
  const answer = await ask(url.origin, {
    method: 'POST',
    path: `${url.pathname}?timeout=30s`,
    authority: Buffer.from(read(/certificate-authority-data: (\S+)/), 'base64').toString('utf8'),
    headers: { authorization: `Bearer ${read(/^ {6}token: "(.*)"$/m)}`, 'content-type': 'application/json' },
    body: batchOf(run, [10, 11, 12]),
  });
  expect(answer.status).toBe(200);
  await server.drained();
  const found = await cli(
    ['search', '--cluster', 'prod', '--host', 'master-0', '-o', 'ndjson', '--limit', '0'],
    tokens.read,
  );
  expect(found.stdout.toString('utf8').trim().split('\n')).toHaveLength(3);
});

test('a revoked token is refused at once, in the list it is gone', async () => {
  const made = await cli(['token', 'create', 'short', '--role', 'read', '-o', 'json'], tokens.admin);
  const { id, token }: { id: string; token: string } = JSON.parse(made.stdout.toString('utf8'));
  expect((await asked({ path: '/api/v1/status' }, token)).status).toBe(200);
  expect((await cli(['token', 'revoke', id], tokens.admin)).code).toBe(0);
  expect((await asked({ path: '/api/v1/status' }, token)).status).toBe(401);
  const list = await cli(['token', 'list', '-o', 'json'], tokens.admin);
  expect(list.stdout.toString('utf8')).not.toContain(id);
});

test('secrets are nowhere in the data directory and the log', () => {
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('store'),
  );
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const text = readFileSync(join(file.parentPath, file.name), 'latin1');
    for (const token of Object.values(tokens)) expect([file.name, text.includes(token)]).toEqual([file.name, false]);
  }
  for (const token of Object.values(tokens)) expect(server.log.join('\n')).not.toContain(token);
});

test('every read of records is recorded: who, query and rows', async () => {
  const ran = await cli(['search', '--cluster', 'prod', '--user', 'nobody-here'], tokens.read);
  expect(ran.code).toBe(0);
  const entries = () => {
    const access = join(data, 'access');
    const lines = readdirSync(access).flatMap((name) => readFileSync(join(access, name), 'utf8').trim().split('\n'));
    return lines.filter((line) => line.includes('nobody-here') || line.includes('"rows":0'));
  };
  await waitUntil(
    'the entry',
    () => entries().some((line) => line.includes('a read')) && entries().some((line) => line.includes('"rows":0')),
  );
});

test('a new certificate is taken without a restart', async () => {
  const nameSeen = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(
        { port: Number(new URL(server.url).port), host: '127.0.0.1', ca: certificates.authority },
        () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.destroy();
        },
      );
      socket.once('error', reject);
    });
  expect(await nameSeen()).toBe('first');
  signPair(folder, 'second', '/CN=second', SERVER_EXTENSIONS);
  renameSync(join(folder, 'second.key'), certificates.serverKeyPath);
  renameSync(join(folder, 'second.crt'), certificates.serverCertPath);
  await waitUntil('the new certificate', async () => (await nameSeen()) === 'second');
  // A broken one changes nothing.
  writeFileSync(certificates.serverCertPath, 'no certificate');
  await waitUntil('the complaint', () => server.log.some((line) => line.includes('KW_TLS_FILES')));
  expect(await nameSeen()).toBe('second');
});

test('tokens are still asked for after a restart', async () => {
  await server.stop();
  signPair(folder, 'server', '/CN=third', SERVER_EXTENSIONS);
  server = await TestServer.start({
    data,
    token: tokens.read,
    args: ['--tls-cert', certificates.serverCertPath, '--tls-key', certificates.serverKeyPath],
    authority: certificates.authority,
  });
  await server.ready();
  expect((await asked({ path: '/api/v1/status' })).status).toBe(401);
  expect((await asked({ path: '/api/v1/status' }, tokens.read)).status).toBe(200);
});
