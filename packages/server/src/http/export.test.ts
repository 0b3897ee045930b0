// Support cases over a real socket, unpacked with the system's tar: names, exact lines, manifest.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ExportFile } from '../query/index.ts';
import { ask } from './testing/ask.ts';
import { openServer } from './testing/open-server.ts';

/** Chunks of odd length, so that lines are cut anywhere. */
const SPLIT = 997;

function file(text: string, origin: Partial<ExportFile> = {}): ExportFile {
  const bytes = Buffer.from(text, 'latin1');
  async function* lines() {
    for (let at = 0; at < bytes.length; at += SPLIT) yield bytes.subarray(at, at + SPLIT);
  }
  return {
    cluster: '',
    host: 'm0',
    component: 'kube-apiserver',
    records: text.split('\n').length - 1,
    bytes: bytes.length,
    lines: lines(),
    ...origin,
  };
}

async function* all(...files: ExportFile[]) {
  yield* files;
}

async function unpack<T>(archive: Buffer, use: (dir: string, names: string[]) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'kw-export-'));
  try {
    await writeFile(join(dir, 'case.tar.gz'), archive);
    const names = execFileSync('tar', ['-xzvf', 'case.tar.gz'], { cwd: dir, encoding: 'utf8' }).trim().split('\n');
    return await use(dir, names);
  } finally {
    await rm(dir, { recursive: true });
  }
}

test('an archive has the exact lines by component and node and a manifest that proves them', async () => {
  const odd = '{"a":"\xff\x00\r"}\n{"b":2}\n';
  const { url } = await openServer({
    query: {
      export: () =>
        all(
          file(odd),
          file('{"second":"part"}\n'),
          file('{"x":1}\n', { component: '', host: '' }),
          file('{"y":1}\n', { cluster: '../etc', host: '.hidden/../node', component: 'oauth-server' }),
          file('', { host: 'empty' }),
          file('{"z":1}\n', { host: `${'long-'.repeat(40)}node` }),
        ),
    },
  });
  const answer = await ask(`${url}/api/v1/export?user=alice`);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/gzip']);
  expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="kubewitness-\d{4}-.*\.tar\.gz"$/);
  expect(answer.trailers).toEqual({ 'kubewitness-records': '6' });
  await unpack(answer.body, async (dir, names) => {
    expect(names).toEqual([
      'kube-apiserver/m0-audit.log',
      'kube-apiserver/m0-audit-002.log',
      'audit/audit.log',
      'cluster=..%2Fetc/oauth-server/_hidden_.._node-audit.log',
      expect.stringMatching(/^kube-apiserver\/long-.*-audit\.log$/),
      'manifest.json',
    ]);
    expect(await readFile(join(dir, 'kube-apiserver/m0-audit.log'), 'latin1')).toBe(odd);
    const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ kind: 'KubeWitnessExport', version: 1, filter: 'user=alice', records: 6 });
    expect(manifest.files).toHaveLength(5);
    for (const entry of manifest.files) {
      const content = await readFile(join(dir, entry.path));
      expect([entry.bytes, entry.sha256]).toEqual([content.length, createHash('sha256').update(content).digest('hex')]);
    }
  });
});

test('what was announced does not matter: records land and leave while an export runs', async () => {
  const { url } = await openServer({
    query: {
      export: () =>
        all(
          file('{"a":1}\n', { bytes: 3, records: 9 }),
          file('{"b":1}\n', { bytes: 99, host: 'm1' }),
          file('', { host: 'm2' }),
        ),
    },
  });
  await unpack((await ask(`${url}/api/v1/export`)).body, async (dir, names) => {
    expect(names).toEqual(['kube-apiserver/m0-audit.log', 'kube-apiserver/m1-audit.log', 'manifest.json']);
    const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      records: 2,
      bytes: 16,
      files: [
        { records: 1, bytes: 8 },
        { records: 1, bytes: 8 },
      ],
    });
  });
});

test('a big file is split at line ends, and nothing stays in the data directory', async () => {
  const text = Array.from({ length: 5000 }, (_, i) => `{"n":${i}}\n`).join('');
  const server = await openServer({ limits: { exportFileBytes: 10_000 }, query: { export: () => all(file(text)) } });
  await unpack((await ask(`${server.url}/api/v1/export`)).body, async (dir, names) => {
    expect(names.slice(0, 3)).toEqual([
      'kube-apiserver/m0-audit.log',
      'kube-apiserver/m0-audit-002.log',
      'kube-apiserver/m0-audit-003.log',
    ]);
    const parts = await Promise.all(names.slice(0, -1).map((name) => readFile(join(dir, name), 'utf8')));
    expect(parts.join('')).toBe(text);
    expect(parts.every((part) => part.endsWith('\n') && part.length < 10_020)).toBe(true);
  });
  await expect.poll(async () => (await server.accessLines()).at(-1)).toMatchObject({ outcome: 'ok', rows: 5000 });
  expect(await readdir(join(server.dataDir, 'export'))).toEqual([]);
});

test('an archive whose lines break off is cut so that nobody takes it for whole', async () => {
  async function* breaking() {
    yield Buffer.from('{"b":1}\n');
    throw Object.assign(new Error('the engine went away'), { code: 'KW_QUERY_TEST', status: 503 });
  }
  const long = () => file(`{"a":"${randomBytes(200_000).toString('hex')}"}\n`);
  const server = await openServer({ query: { export: () => all(long(), file('', { lines: breaking() })) } });
  await expect(ask(`${server.url}/api/v1/export`)).rejects.toThrow();
  await expect
    .poll(async () => (await server.accessLines()).at(-1))
    .toMatchObject({ outcome: 'failed', code: 'KW_QUERY_TEST' });
  const short = await openServer({ query: { export: () => all(file('', { lines: breaking() })) } });
  expect(await ask(`${short.url}/api/v1/export`)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
});

test('an export that cannot begin has its own status; an abandoned one stops the store', async () => {
  const refusing = await openServer({
    query: {
      // biome-ignore lint/correctness/useYield: it fails before its first file
      export: async function* () {
        throw Object.assign(new Error('too much'), { code: 'KW_QUERY_TEST', status: 422 });
      },
    },
  });
  expect(await ask(`${refusing.url}/api/v1/export`)).toMatchObject({ status: 422 });

  for (const exportFileBytes of [1e6, 1e12]) {
    let stopped = false;
    async function* endless() {
      try {
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          yield Buffer.from(`${`${Math.random()}`.repeat(2000)}\n`);
        }
      } finally {
        stopped = true;
      }
    }
    const server = await openServer({
      limits: { exportFileBytes },
      query: { export: () => all(file('', { lines: endless() })) },
    });
    const leaving = new AbortController();
    const asked = fetch(`${server.url}/api/v1/export`, { signal: leaving.signal }).catch(() => undefined);
    // One whose first part is out, one that has sent nothing yet.
    if (exportFileBytes === 1e6) await asked;
    else await expect.poll(() => readdir(join(server.dataDir, 'export')).catch(() => [])).toHaveLength(1);
    leaving.abort();
    await expect.poll(() => stopped).toBe(true);
    await expect.poll(() => readdir(join(server.dataDir, 'export'))).toEqual([]);
    await expect.poll(async () => (await server.accessLines()).at(-1)).toMatchObject({ outcome: 'aborted' });
  }
});
