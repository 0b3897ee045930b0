// Lines with bytes that formats like to change: whatever the road they come on, they go out as they came in.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAllLines } from '../support/ledger.ts';
import { runCli } from '../support/run-program.ts';
import { compareLines } from '../support/same-lines.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';
import { BROKEN, LINES, plain } from './odd-lines.ts';

function fileOf(lines: readonly Buffer[]): Buffer {
  const joined = lines.flatMap((line) => [line, Buffer.from('\n')]);
  return Buffer.concat(joined.slice(0, -1));
}

const all = Object.values(LINES);
const folder = makeFolder();
const path = join(folder, 'audit.log');
const followed = join(folder, 'followed.log');
let server: TestServer;

beforeAll(async () => {
  writeFileSync(path, fileOf(all));
  writeFileSync(`${path}.gz`, gzipSync(fileOf(all)));
  writeFileSync(followed, `${fileOf(all).toString('latin1')}\n`, 'latin1');
  server = await TestServer.start({ data: join(folder, 'data'), args: ['--tail', followed, '--cluster', 'followed'] });
  await server.ready();
});
afterAll(() => server.stop());

const EXACT = { lines: all.length, lost: [], added: [] };

async function search(cluster: string): Promise<Buffer> {
  const ran = await runCli([
    'search',
    '-o',
    'ndjson',
    '--all-stages',
    '--limit',
    '0',
    '--cluster',
    cluster,
    '--server',
    server.url,
  ]);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  return ran.stdout;
}

test.each([
  ['file', [path], undefined],
  ['gzip', [`${path}.gz`], undefined],
  ['stdin', ['-'], fileOf(all)],
])('%s in, ndjson out', async (cluster, paths, input) => {
  const ran = await runCli(
    ['import', ...paths, '--cluster', cluster, '--server', server.url, '-o', 'json'],
    input === undefined ? {} : { input },
  );
  expect(JSON.parse(ran.stdout.toString('utf8'))).toMatchObject({
    read: all.length,
    stored: all.length,
    quarantined: 0,
    problems: [],
  });
  expect(compareLines(all, await search(cluster))).toEqual(EXACT);
});

test('followed file in, ndjson out', async () => {
  // The last line stands without a newline first; only then is it whole.
  await waitUntil('all lines of the followed file', async () => {
    const lines = await readAllLines(server, '&cluster=followed');
    return compareLines(all, lines).lost.length === 0;
  });
  expect(compareLines(all, await search('followed'))).toEqual(EXACT);
});

test('without a server: --from', async () => {
  const ran = await runCli(['search', '--from', path, '-o', 'ndjson', '--all-stages', '--limit', '0']);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  expect(compareLines(all, ran.stdout)).toEqual(EXACT);
});

test('export and import of the archive', async () => {
  const archive = join(folder, 'case.tar.gz');
  const saved = await runCli(['export', '--cluster', 'file', '--all-stages', '--out', archive, '--server', server.url]);
  expect(saved.code).toBe(0);
  const other = await TestServer.start({ data: join(folder, 'other') });
  await other.ready();
  const loaded = await runCli(['import', archive, '--server', other.url, '-o', 'json']);
  expect(JSON.parse(loaded.stdout.toString('utf8'))).toMatchObject({ stored: all.length, quarantined: 0 });
  expect(compareLines(all, await readAllLines(other))).toEqual(EXACT);
  await other.stop();
});

test('json is an array of the same bytes', async () => {
  const ran = await runCli([
    'search',
    '-o',
    'json',
    '--all-stages',
    '--limit',
    '0',
    '--cluster',
    'file',
    '--server',
    server.url,
  ]);
  for (const [name, line] of Object.entries(LINES)) expect([name, ran.stdout.includes(line)]).toEqual([name, true]);
});

test('a webhook item keeps its odd characters and gets kind and apiVersion back', async () => {
  // Bytes that are no JSON make the whole body malformed, so only what JSON allows.
  const names = Object.keys(LINES).filter((name) => {
    try {
      JSON.parse(LINES[name]?.toString('utf8') ?? '');
      return (
        !/space|carriage return at the end|emoji and U|number|twice/.test(name) &&
        LINES[name]?.equals(Buffer.from(LINES[name]?.toString('utf8') ?? ''))
      );
    } catch {
      return false;
    }
  });
  expect(names.length).toBeGreaterThan(8);
  const lines = names.map((name) => LINES[name] ?? Buffer.alloc(0));
  const head = '{"kind":"Event","apiVersion":"audit.k8s.io/v1",';
  const items = lines.map((line) => `{${line.toString('utf8').slice(head.length)}`);
  const body = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}`;
  const answer = await server.ask({ method: 'POST', path: '/webhook/v1/webhook', body });
  expect(answer.status).toBe(200);
  await server.drained();
  expect(compareLines(lines, await search('webhook'))).toEqual({ lines: lines.length, lost: [], added: [] });
});

test.each(Object.entries(BROKEN))('%s is no JSON: kept in quarantine, as written', async (name, line) => {
  const ran = await runCli(['import', '-', '--cluster', 'broken', '--server', server.url, '-o', 'json'], {
    input: Buffer.concat([plain(), Buffer.from('\n'), line]),
  });
  expect(JSON.parse(ran.stdout.toString('utf8')), name).toMatchObject({ read: 2, stored: 1, quarantined: 1 });
  expect(ran.code).toBe(1);
  const rows: { line: string; bytes: number }[] = JSON.parse(
    (await server.ask({ path: '/api/v1/quarantine' })).body.toString('utf8'),
  );
  expect(rows.find((row) => row.line === line.toString('utf8'))?.bytes).toBe(line.length);
});

test('a webhook body of nearly 64 MiB', { timeout: 60_000 }, async () => {
  const lines = ['a', 'b', 'c'].map((letter) =>
    Buffer.from(
      plain()
        .toString('utf8')
        .replace('kubectl', letter.repeat(21 * 1024 * 1024)),
    ),
  );
  const body = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${lines.join(',')}]}`;
  expect(body.length).toBeGreaterThan(63 * 1024 * 1024);
  const answer = await server.ask({ method: 'POST', path: '/webhook/v1/large', body });
  expect(answer.status).toBe(200);
  await server.drained();
  expect(compareLines(lines, await search('large'))).toEqual({ lines: 3, lost: [], added: [] });
});
