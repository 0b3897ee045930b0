// `import` against a fake server: the exact bytes, one POST a file, the summary, exit codes, refusals in the middle.

import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLogFiles } from '../client/index.ts';
import { type FakeServer, json, type Reply, startFakeServer } from './testing/fake-server.ts';
import { runCommand } from './testing/run-command.ts';
import { startProcess } from './testing/run-process.ts';

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

/** In the order of their names: small files are under way at the same time. */
const seenByName = () =>
  (server?.seen ?? []).toSorted((a, b) => ((a.params['name']?.[0] ?? '') < (b.params['name']?.[0] ?? '') ? -1 : 1));

const SUMMARY = { bytes: 100, read: 3, stored: 2, duplicate: 1, quarantined: 0, problems: [] };

async function start(reply: Reply): Promise<string> {
  server = await startFakeServer({ '/api/v1/import': reply });
  return server.url;
}

test('each file is one POST with its bytes as they are', async () => {
  const plain = Buffer.concat([Buffer.from([0, 1, 255, 13, 10]), Buffer.alloc(3_000_000, 0xfe)]);
  const zipped = gzipSync('{"a":1}\n');
  await writeFile(join(directory, 'a.log'), plain);
  await writeFile(join(directory, 'b.log.gz'), zipped);
  const url = await start(json(SUMMARY));
  const names = [join(directory, 'a.log'), join(directory, 'b.log.gz')];
  const { code, stdout, stderr } = await runCommand([
    'import',
    '--server',
    url,
    ...names,
    '--cluster',
    'prod',
    '--host',
    'm0',
    '--component',
    'kube-apiserver',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^read 6, stored 4, duplicate 2, quarantined 0 \(2 files, 200 B in \d+\.\d s\)\n$/);
  const seen = seenByName();
  expect(seen.map(({ params }) => params)).toEqual(
    names.map((name) => ({ name: [name], cluster: ['prod'], host: ['m0'], component: ['kube-apiserver'] })),
  );
  expect(seen[0]?.body.equals(plain)).toBe(true);
  expect(seen[1]?.body.equals(zipped)).toBe(true);
  expect(seen[1]?.headers['content-encoding']).toBeUndefined();
});

test('small files wait for the store side by side, and are told of in their order', async () => {
  const names = Array.from({ length: 30 }, (_, index) => join(directory, `${String(index).padStart(2, '0')}.log`));
  for (const name of names) await writeFile(name, '{"a":1}\n');
  await rm(names[7] ?? '');
  await mkdir(names[7] ?? '');
  let now = 0;
  let most = 0;
  const url = await start(async (request, response) => {
    most = Math.max(most, ++now);
    await sleep(Number(request.params['name']?.[0]?.at(-5) ?? 0) % 3 === 0 ? 90 : 30);
    now--;
    await json({ ...SUMMARY, problems: [`${request.params['name']?.[0]}: odd`] })(request, response);
  });
  const { code, stdout, stderr } = await runCommand(['import', '--server', url, ...names]);
  const others = names.filter((_, index) => index !== 7);
  expect([code, stdout.split(' (')[0]]).toEqual([1, 'read 87, stored 58, duplicate 29, quarantined 0']);
  expect(stderr.split('\n').filter((line) => line.includes('odd'))).toEqual(
    others.map((name) => `KW_CLI_FILE: ${name}: odd`),
  );
  expect(most).toBeGreaterThan(3);
  expect(most).toBeLessThanOrEqual(17);
});

test('- is standard input; -o json is the summary for programs', async () => {
  const url = await start(json(SUMMARY));
  const { code, stdout } = await runCommand(['import', '--server', url, '-', '-o', 'json'], {
    stdin: Buffer.from('{"a":1}\n'),
  });
  expect(code).toBe(0);
  expect(server?.seen[0]?.body.toString()).toBe('{"a":1}\n');
  expect(server?.seen[0]?.params).toEqual({ name: ['-'] });
  expect(JSON.parse(stdout)).toMatchObject({
    read: 3,
    stored: 2,
    duplicate: 1,
    quarantined: 0,
    files: 1,
    problems: [],
  });
});

test('of a directory what looks like audit logs, in the order of rotation; links to directories are not followed', async () => {
  const event = '{"kind":"Event","auditID":"a"}\n';
  await mkdir(join(directory, 'audit_logs', 'kube-apiserver'), { recursive: true });
  const inside = join(directory, 'audit_logs', 'kube-apiserver');
  await writeFile(join(inside, 'master-0-audit.log.gz'), gzipSync(event));
  await writeFile(join(inside, 'master-0-audit-2026-11-19T00-12-19.834.log.gz'), gzipSync(event));
  await writeFile(join(inside, 'kube-apiserver-2026-11-19.log.1'), event);
  await writeFile(join(inside, 'termination.log'), 'I1119 shutting down\n');
  await writeFile(join(directory, 'audit_logs', 'kube-apiserver.audit_logs_listing'), 'master-0 audit.log\n');
  await writeFile(join(directory, 'case.tar.gz'), gzipSync('x'));
  await symlink(directory, join(directory, 'loop'));
  const url = await start(json(SUMMARY));
  const { code, stderr } = await runCommand(['import', '--server', url, directory]);
  const inOrder = [
    'audit_logs/kube-apiserver/kube-apiserver-2026-11-19.log.1',
    'audit_logs/kube-apiserver/master-0-audit-2026-11-19T00-12-19.834.log.gz',
    'audit_logs/kube-apiserver/master-0-audit.log.gz',
    'case.tar.gz',
  ];
  const { files } = await findLogFiles([directory]);
  expect(files.map(({ path }) => path.slice(directory.length + 1))).toEqual(inOrder);
  expect(seenByName().map(({ params }) => params['name']?.[0]?.slice(directory.length + 1))).toEqual(inOrder);
  expect([code, stderr]).toEqual([
    0,
    '1 other logs there hold no audit events; name a file to import it all the same.\n',
  ]);
});

test('what was not understood, or could not be read, is exit code 1', async () => {
  await writeFile(join(directory, 'a.log'), 'x\n');
  const url = await start(json({ ...SUMMARY, quarantined: 1 }));
  const odd = await runCommand(['import', '--server', url, join(directory, 'a.log')]);
  expect([odd.code, odd.stderr]).toEqual([1, expect.stringContaining('`kubewitness quarantine` shows it')]);
  await server?.close();
  const other = await start(json({ ...SUMMARY, problems: ['the gzip data end too early'] }));
  const cut = await runCommand(['import', '--server', other, join(directory, 'a.log'), join(directory, 'nope.log')]);
  expect(cut.code).toBe(1);
  expect(cut.stderr).toBe(
    `KW_CLI_FILE: ${join(directory, 'nope.log')} does not exist; check the path.\nKW_CLI_FILE: ${join(directory, 'a.log')}: the gzip data end too early\n`,
  );
  expect(cut.stdout).toContain('read 3');
});

test('a file that may not be read is told; the others are imported', async () => {
  await writeFile(join(directory, 'a.log'), 'x\n', { mode: 0 });
  await writeFile(join(directory, 'b.log'), 'x\n');
  await chmod(directory, 0o777);
  const url = await start(json(SUMMARY));
  const names = [join(directory, 'a.log'), join(directory, 'b.log')];
  // root may read everything; nobody may not.
  const uid = process.getuid?.() === 0 ? 65_534 : undefined;
  const run = startProcess(['import', '--server', url, ...names], { TMPDIR: directory }, uid);
  expect(await run.ended).toBe(1);
  expect(run.stderr()).toContain(`${names[0]} cannot be read (`);
  expect(run.stdout()).toContain('1 file,');
  expect(server?.seen.at(-1)?.params['name']).toEqual([names[1]]);
});

test('a directory without logs is a clear sentence', async () => {
  const url = await start(json(SUMMARY));
  const { code, stderr } = await runCommand(['import', '--server', url, directory]);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`No audit logs in ${directory}: no file there is named`)]);
});

test('a refusal before the upload has ended is read and told', async () => {
  await writeFile(join(directory, 'a.log'), Buffer.alloc(20_000_000, 'x'));
  const refusing = createServer((_, response) => {
    response.writeHead(507, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ code: 'KW_DISK_FULL', detail: 'The disk is full.' }));
  });
  await new Promise<void>((resolve) => refusing.listen(join(directory, 's'), resolve));
  try {
    const { code, stderr } = await runCommand([
      'import',
      '--server',
      `unix://${join(directory, 's')}`,
      join(directory, 'a.log'),
    ]);
    expect([code, stderr]).toEqual([1, 'KW_DISK_FULL: The disk is full.\n']);
  } finally {
    refusing.closeAllConnections();
    refusing.close();
  }
});

test('an answer that comes late, after spaces, counts; a problem in its trailer fails', async () => {
  await writeFile(join(directory, 'a.log'), 'x\n');
  const late: Reply = (_, response) => {
    response.writeHead(200, { trailer: 'kubewitness-problem' });
    response.write('  ');
    response.end(JSON.stringify(SUMMARY));
  };
  const url = await start(late);
  expect((await runCommand(['import', '--server', url, join(directory, 'a.log')])).code).toBe(0);
  await server?.close();
  const failing = await start((_, response) => {
    response.writeHead(200, { trailer: 'kubewitness-problem' });
    response.write(' ');
    response.addTrailers({
      'kubewitness-problem': JSON.stringify({ code: 'KW_ENGINE', detail: 'The engine is gone.' }),
    });
    response.end();
  });
  const { code, stderr } = await runCommand(['import', '--server', failing, join(directory, 'a.log')]);
  expect([code, stderr]).toEqual([1, 'KW_ENGINE: The answer broke off: The engine is gone.\n']);
});
