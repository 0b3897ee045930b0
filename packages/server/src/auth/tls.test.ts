// TLS over a real socket: a changed certificate serves new connections while the old ones go on; broken files change nothing.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog, createMetrics } from '../observe/index.ts';
import { readTls, watchTls } from './index.ts';

let dir = '';
const file = (name: string) => join(dir, name);
const paths = () => ({ tlsCertPath: file('tls.crt'), tlsKeyPath: file('tls.key'), tlsClientCaPath: '' });

function makePair(name: string) {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync(
    'openssl',
    [...args, '-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)],
    { stdio: 'ignore' },
  );
}

async function usePair(name: string) {
  await copyFile(file(`${name}.crt`), file('tls.crt'));
  await copyFile(file(`${name}.key`), file('tls.key'));
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kw-tls-'));
  makePair('one');
  makePair('two');
});
afterAll(() => rm(dir, { recursive: true }));

function dial(port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => resolve(socket));
    socket.once('error', reject);
  });
}

const ask = (socket: TLSSocket) =>
  new Promise<string>((resolve) => {
    socket.once('data', (data) => resolve(String(data)));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  });

async function nameSeen(port: number) {
  const socket = await dial(port);
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

/** The machine may be busy with other tests. */
const PATIENT = { timeout: 15_000 };

test('a new pair serves new connections, the old connection goes on, a half-changed pair changes nothing', async () => {
  await usePair('one');
  const first = await readTls(paths());
  if (!first.ok || first.value === undefined) throw new Error('no context');
  const server = createServer(first.value, (_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const metrics = createMetrics('test');
  const log = createLog({ level: 'silent', to: 2 });
  const watch = await watchTls({ paths: paths(), apply: (c) => server.setSecureContext(c), log, metrics, pollMs: 20 });
  const old = await dial(port);
  expect(await nameSeen(port)).toBe('one');

  await copyFile(file('two.crt'), file('tls.crt'));
  // A look in the middle of the copy finds less than a certificate, and fails too.
  await expect.poll(() => metrics.print(), PATIENT).toMatch(/tls_reloads_total\{outcome="failed"\} [1-9]/);
  expect(await nameSeen(port)).toBe('one');
  await usePair('two');
  await expect.poll(() => nameSeen(port), PATIENT).toBe('two');
  expect(await ask(old)).toContain('200 OK');

  old.destroy();
  await watch.stop();
  await new Promise((resolve) => server.close(resolve));
}, 40_000);

test('files that cannot be used say which and why', async () => {
  expect(await readTls({ ...paths(), tlsCertPath: '' })).toEqual({ ok: true, value: undefined });
  expect(await readTls({ ...paths(), tlsCertPath: file('gone.crt') })).toMatchObject({
    problem: { detail: expect.stringMatching(/gone\.crt cannot be read \(ENOENT\)/) },
  });
  await writeFile(file('empty.pem'), '');
  const pair = { tlsCertPath: file('one.crt'), tlsKeyPath: file('two.key') };
  expect(await readTls({ ...pair, tlsClientCaPath: '' })).toMatchObject({
    problem: { code: 'KW_TLS_FILES', detail: expect.stringContaining('cannot be used together') },
  });
  expect(
    await readTls({ tlsCertPath: file('one.crt'), tlsKeyPath: file('one.key'), tlsClientCaPath: file('empty.pem') }),
  ).toMatchObject({ problem: { detail: expect.stringContaining('holds no PEM certificate') } });
});
