// Files that are no good logs: nothing good in them is lost, what is bad is kept or named in a sentence, and the exit code says it.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCorpus, splitLines } from '../support/corpus.ts';
import { readAllLines } from '../support/ledger.ts';
import { runCli } from '../support/run-program.ts';
import { compareLines } from '../support/same-lines.ts';
import { openRandom } from '../support/seeded.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';

const folder = makeFolder();
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const good = splitLines(readCorpus('kube-apiserver/real-100k.ndjson.gz').subarray(0, 3_000_000)).slice(0, 2000);
const goodText = Buffer.concat(good.flatMap((line) => [line, Buffer.from('\n')]));
let server: TestServer;
let numbered = 0;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  server = await TestServer.start({ data: join(folder, 'data') });
  await server.ready();
});
afterAll(() => server.stop());

function makeFile(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

interface Imported {
  readonly code: number | null;
  readonly stderr: string;
  readonly counts: readonly [read: number, stored: number, quarantined: number];
  readonly cluster: string;
}

/** Into a cluster of its own, so that nothing is a duplicate of another test's. */
async function load(path: string, uid?: number): Promise<Imported> {
  const cluster = `files-${++numbered}`;
  const ran = await runCli(
    ['import', path, '--cluster', cluster, '--server', server.url, '-o', 'json'],
    uid === undefined ? {} : { uid, env: { HOME: '/' } },
  );
  const report: { read: number; stored: number; quarantined: number } = JSON.parse(ran.stdout.toString('utf8') || '{}');
  return { code: ran.code, stderr: ran.stderr, counts: [report.read, report.stored, report.quarantined], cluster };
}

test('an empty file is no error: logs are empty right after a rotation', async () => {
  expect(await load(makeFile('empty.log', ''))).toMatchObject({ code: 0, stderr: '', counts: [0, 0, 0] });
  expect(await load(makeFile('empty.log.gz', gzipSync('')))).toMatchObject({ code: 0, counts: [0, 0, 0] });
  expect(await load(makeFile('newlines.log', '\n\r\n  \n'))).toMatchObject({ code: 0, counts: [0, 0, 0] });
});

test('binary files: one sentence, not a quarantine full of rubbish', async () => {
  const random = openRandom('files');
  const noise = Buffer.from(Array.from({ length: 300_000 }, () => random.whole(0, 255)));
  for (const path of [
    makeFile('noise.log', noise),
    makeFile('program.log', readFileSync(process.execPath).subarray(0, 2_000_000)),
  ]) {
    const loaded = await load(path);
    expect(loaded.stderr).toMatch(
      /KW_IMPORT_NO_LOG: .* does not look like an audit log: .* Audit logs have one JSON object a line/,
    );
    expect([loaded.code, loaded.counts]).toEqual([1, [0, 0, 0]]);
  }
  const prose = await load(makeFile('notes.log', 'These are notes.\nNothing else.\n'));
  expect(prose.stderr).toContain('KW_IMPORT_NO_LOG');
});

test('directories without logs, with other logs, and what does not exist', async () => {
  mkdirSync(join(folder, 'none'));
  writeFileSync(join(folder, 'none/readme.txt'), 'hi');
  writeFileSync(join(folder, 'none/other.log'), 'I1120 something else\n');
  const none = await load(join(folder, 'none'));
  expect(none.stderr).toMatch(/KW_CLI_NO_LOGS: No audit logs in .*none: no file there is named \*\.log/);
  expect(none.code).toBe(1);
  const missing = await load(join(folder, 'missing.log'));
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringContaining('missing.log does not exist; check the path.'),
  ]);
  // With one good log among others the good one is read and the others are counted.
  writeFileSync(join(folder, 'none/audit.log'), goodText);
  const mixed = await load(join(folder, 'none'));
  expect(mixed).toMatchObject({ code: 0, counts: [2000, 2000, 0] });
});

test('a file without read permission: told, and the others are read', async () => {
  mkdirSync(join(folder, 'closed'), { mode: 0o755 });
  writeFileSync(join(folder, 'closed/audit-1.log'), goodText, { mode: 0o000 });
  writeFileSync(join(folder, 'closed/audit-2.log'), goodText, { mode: 0o644 });
  chmodSync(join(folder, 'closed/audit-1.log'), 0o000);
  if (isRoot) process.stdout.write(`running the command as uid ${NOBODY}, for root may read everything\n`);
  const loaded = await load(join(folder, 'closed'), isRoot ? NOBODY : undefined);
  expect(loaded.stderr).toMatch(/audit-1\.log cannot be read \(.*permission denied/i);
  expect([loaded.code, loaded.counts]).toEqual([1, [2000, 2000, 0]]);
});

test('10,000 broken lines among good ones', async () => {
  const lines: Buffer[] = [];
  for (let index = 0; index < 10_000; index++) {
    const line = good[index % good.length] ?? Buffer.alloc(0);
    // Cut somewhere, so that no two are alike.
    lines.push(Buffer.concat([line.subarray(0, 100 + (index % 300)), Buffer.from(String(index))]));
    if (index % 5 === 0) lines.push(good[index / 5] ?? Buffer.alloc(0));
  }
  const loaded = await load(makeFile('broken.log', Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))));
  expect(loaded).toMatchObject({ code: 1, counts: [12_000, 2000, 10_000] });
  expect(compareLines(good, await readAllLines(server, `&cluster=${loaded.cluster}`))).toEqual({
    lines: 2000,
    lost: [],
    added: [],
  });
  const shown = await runCli(['quarantine', '--limit', '3', '--server', server.url, '-o', 'ndjson']);
  expect(shown.stdout.toString('utf8').trim().split('\n')).toHaveLength(3);
  expect(shown.stdout.toString('utf8')).toMatch(/"reason":"not JSON: /);
});

test('gzip: cut off, damaged in the middle, packed twice, several members', async () => {
  const packed = gzipSync(goodText);
  const cut = await load(makeFile('cut.log.gz', packed.subarray(0, packed.length >> 1)));
  expect(cut.stderr).toMatch(/KW_IMPORT_GZIP_TRUNCATED: the gzip data ends too early; what could be read was kept/);
  expect(cut.code).toBe(1);
  expect(cut.counts[1]).toBeGreaterThan(500);
  // Every record that came out of the part is one of the file's, whole.
  expect(compareLines(good, await readAllLines(server, `&cluster=${cut.cluster}`)).added).toEqual([]);

  const damaged = Buffer.from(packed);
  damaged.fill(0xff, packed.length >> 1, (packed.length >> 1) + 50);
  const broken = await load(makeFile('damaged.log.gz', damaged));
  expect(broken.stderr).toContain('KW_IMPORT_GZIP_DAMAGED');
  expect(broken.code).toBe(1);
  expect(compareLines(good, await readAllLines(server, `&cluster=${broken.cluster}`)).added).toEqual([]);

  expect(await load(makeFile('twice.log.gz.gz', gzipSync(packed)))).toMatchObject({ code: 0, counts: [2000, 2000, 0] });
  const half = goodText.indexOf(10, goodText.length >> 1) + 1;
  const members = Buffer.concat([
    gzipSync(goodText.subarray(0, half)),
    gzipSync(goodText.subarray(half)),
    Buffer.alloc(512),
  ]);
  expect(await load(makeFile('members.log.gz', members))).toMatchObject({ code: 0, counts: [2000, 2000, 0] });
  const behind = await load(makeFile('behind.log.gz', Buffer.concat([packed, Buffer.alloc(70_000), packed])));
  expect(behind.stderr).toMatch(/KW_IMPORT_GZIP_DAMAGED: something stands behind the end/);
  expect([behind.code, behind.counts]).toEqual([1, [2000, 2000, 0]]);
  // A name that lies about the content changes nothing.
  expect(await load(makeFile('plain.log.gz', goodText))).toMatchObject({ code: 0, counts: [2000, 2000, 0] });
});

test('a file of another packing names the way out', async () => {
  const xz = Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), Buffer.alloc(200, 7)]);
  const loaded = await load(makeFile('case.tar.xz', xz));
  expect([loaded.code, loaded.stderr]).toEqual([
    1,
    expect.stringMatching(/KW_IMPORT_FORMAT: .*xz -dc FILE \| kubewitness import -/),
  ]);
});

test('a half-written last line is kept, and is a record once it is whole', async () => {
  const path = makeFile('half.log', goodText.subarray(0, goodText.length - 200));
  const half = await load(path);
  expect(half).toMatchObject({ code: 1, counts: [2000, 1999, 1] });
  writeFileSync(path, goodText);
  const ran = await runCli(['import', path, '--cluster', half.cluster, '--server', server.url, '-o', 'json']);
  expect(JSON.parse(ran.stdout.toString('utf8'))).toMatchObject({ stored: 1, duplicate: 1999, quarantined: 0 });
});

test('a line over 64 MiB is cut into quarantine, the lines around it are records', { timeout: 60_000 }, async () => {
  const huge = Buffer.alloc(65 * 1024 * 1024, 'x');
  const loaded = await load(
    makeFile(
      'huge.log',
      Buffer.concat([
        good[0] ?? huge,
        Buffer.from('\n{"kind":"Event","a":"'),
        huge,
        Buffer.from('"}\n'),
        good[1] ?? huge,
      ]),
    ),
  );
  expect([loaded.code, loaded.counts]).toEqual([1, [3, 2, 1]]);
  expect(loaded.stderr).toMatch(/KW_IMPORT_BROKEN_LINES: 1 /);
});

test('export needs a place it can write to', async () => {
  const ran = await runCli(['export', '--out', join(folder, 'no/such/folder/case.tar.gz'), '--server', server.url]);
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringMatching(/KW_CLI_FILE: .*case\.tar\.gz/)]);
});
