// Lines with bytes that formats like to change: whatever the road they come on, they go out as they came in.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lineOf, openRun } from '../support/audit-events.ts';
import { readAllLines } from '../support/ledger.ts';
import { runCli } from '../support/run-program.ts';
import { compareLines } from '../support/same-lines.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = openRun('odd');
let numbered = 0;

/** A good event with these bytes in the middle of its user agent. */
function withBytes(bytes: string | readonly number[] | Buffer): Buffer {
  const line = Buffer.from(lineOf(run, ++numbered));
  const at = line.indexOf('kubectl');
  const inserted = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes);
  return Buffer.concat([line.subarray(0, at), inserted, line.subarray(at)]);
}
const plain = (): Buffer => withBytes('');

/** By name; each is a record. */
const LINES: Readonly<Record<string, Buffer>> = {
  'carriage return at the end': Buffer.concat([plain(), Buffer.from('\r')]),
  'carriage return inside': withBytes('a\rb'),
  'null of tab-separated values': withBytes('\\\\N'),
  'null alone, escaped tab and newline': withBytes('\\t\\\\N\\n\\\\N\\\\t'),
  'NUL inside': withBytes([0]),
  'NUL at the end': Buffer.concat([plain(), Buffer.from([0, 0])]),
  'escaped NUL': withBytes('\\u0000'),
  'byte 0x01': withBytes([1]),
  'all control bytes but newline': withBytes(
    Array.from({ length: 32 }, (_, byte) => byte).filter((byte) => byte !== 10),
  ),
  DEL: withBytes([0x7f]),
  'raw tab': withBytes('\t'),
  'byte 0xff': withBytes([0xff]),
  'cut UTF-8': withBytes([0xc3]),
  'overlong UTF-8': withBytes([0xc0, 0xaf]),
  'surrogate as UTF-8': withBytes([0xed, 0xa0, 0x80]),
  'all high bytes': withBytes(Array.from({ length: 128 }, (_, index) => 128 + index)),
  'lone high surrogate escape': withBytes('\\ud800'),
  'lone low surrogate escape': withBytes('\\udc00x'),
  'surrogates in the wrong order': withBytes('\\udc00\\ud800'),
  'escaped emoji': withBytes('\\ud83d\\ude00'),
  'raw emoji and U+2028': withBytes('\u{1f600}\u2028\u2029'),
  'Go escapes': withBytes('\\u003c\\u003e\\u0026'),
  'quotes for SQL and CSV': withBytes(`'; DROP TABLE records; -- "".replace(/"/g, '')`.replaceAll('"', '\\"')),
  'spaces around': Buffer.concat([Buffer.from('  '), plain(), Buffer.from('  ')]),
  'spaces between tokens': Buffer.from(plain().toString('utf8').replace('"level":', ' "level" : ')),
  'numbers in odd spellings': Buffer.from(
    plain()
      .toString('utf8')
      .replace(/"code":\d+/, '"code":2.00e2,"big":12345678901234567890123,"neg":-0'),
  ),
  'the same key twice': Buffer.from(plain().toString('utf8').replace('"verb":', '"verb":"watch","verb":')),
  '5 MiB': withBytes(Buffer.alloc(5 * 1024 * 1024, 'é')),
  'no newline at the end': plain(),
};
const NAMES = Object.keys(LINES);

/** A byte that JSON does not allow: no record, but kept in quarantine. */
const BROKEN = { 'bare \\N': withBytes('\\N'), 'bad escape': withBytes('\\x41') };

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
  const names = NAMES.filter((name) => {
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
