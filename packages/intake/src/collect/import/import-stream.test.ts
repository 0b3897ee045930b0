// Imports: plain, gzip in all conditions, archives, and files that are no logs.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import type { SegmentRow } from '../../spool/index.ts';
import { corpusPath, readArchive } from '../testing/read-archive.ts';
import { IMPORT_SOURCE, openTemporaryIntake } from '../testing/temporary-intake.ts';
import { type ImportSummary, importStream } from './import-stream.ts';

const EVENT = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a"}';
const OTHER = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"b"}';
const TEXT = `${EVENT}\n${OTHER}\n`;

interface Imported {
  readonly summary: ImportSummary;
  readonly rows: readonly SegmentRow[];
}

async function importBytes(stream: AsyncIterable<Uint8Array> | Buffer | string): Promise<Imported> {
  const intake = await openTemporaryIntake();
  try {
    const { ingest, signal } = intake;
    const chunks =
      typeof stream === 'string' || Buffer.isBuffer(stream) ? Readable.from([Buffer.from(stream)]) : stream;
    const summary = await importStream({ stream: chunks, source: IMPORT_SOURCE, ingest, signal });
    return { summary, rows: await intake.drain() };
  } finally {
    await intake.close();
  }
}

const textOf = (rows: readonly SegmentRow[]) => rows.map((row) => row.line.toString());

async function tar(entries: Record<string, string | Buffer>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(entries)) archive.entry({ name }, content);
  archive.finalize();
  return buffer(archive);
}

test('imports the real 100,000 byte for byte, from gzip, in order and with offsets', { timeout: 60_000 }, async () => {
  const path = corpusPath('real-100k.ndjson.gz');
  const { summary, rows } = await importBytes(createReadStream(path));
  const plain = gunzipSync(await readFile(path));
  expect(summary).toEqual({ bytes: plain.length, lines: 100_000, problems: [] });
  expect(Buffer.concat(rows.flatMap((row) => [row.line, Buffer.from('\n')])).equals(plain)).toBe(true);
  for (const row of rows) if (plain[row.position + row.line.length] !== 0x0a) expect.fail(`position ${row.position}`);
  expect(rows[0]?.source).toEqual(IMPORT_SOURCE);
});

test('imports the logs of a recording straight from its archive, with the counts of its truth', {
  timeout: 60_000,
}, async () => {
  for (const name of ['metadata-all', 'requestresponse-all', 'mixed-aggregated']) {
    const files = await readArchive(`${name}.tar.gz`);
    const { summary, rows } = await importBytes(createReadStream(corpusPath(`${name}.tar.gz`)).pipe(createGunzip()));
    const fromLogs = rows.filter(
      (row) => row.source.name.includes('/log/') && !row.source.name.includes('sample-apiserver'),
    );
    expect(fromLogs.length).toBe(JSON.parse(files.get('truth.json')?.toString() ?? '').events);
    expect(rows.every((row) => row.problem === '')).toBe(true);
    expect(summary.lines).toBe(rows.length);
    const skipped = (summary.entries ?? []).filter((entry) => entry.skipped !== undefined).map((entry) => entry.name);
    expect(skipped).toContain(`${name}/truth.json`);
    expect(skipped).toContain(`${name}/client-commands.tsv`);
  }
});

test('takes plain text in chunks of any size', async () => {
  for (const size of [1, 3, 50, 1000]) {
    const bytes = Buffer.from(TEXT);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    const { summary, rows } = await importBytes(Readable.from(chunks));
    expect(textOf(rows)).toEqual([EVENT, OTHER]);
    expect(summary).toEqual({ bytes: bytes.length, lines: 2, problems: [] });
  }
});

test('takes concatenated gzip members and layers of gzip', async () => {
  const members = Buffer.concat([gzipSync(`${EVENT}\n{"kind":"Ev`), gzipSync(`ent"}\n`), gzipSync('')]);
  expect(textOf((await importBytes(members)).rows)).toEqual([EVENT, '{"kind":"Event"}']);
  expect(textOf((await importBytes(gzipSync(gzipSync(TEXT)))).rows)).toEqual([EVENT, OTHER]);
  const deep = [1, 2, 3, 4].reduce((bytes: Buffer) => gzipSync(bytes), Buffer.from(TEXT));
  expect((await importBytes(deep)).summary.problems[0]).toMatch(/KW_IMPORT_GZIP_LAYERS/);
});

test('keeps what could be read of gzip data that is cut off or damaged', async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `{"kind":"Event","n":${index},"r":"${Math.sin(index)}"}`);
  const whole = gzipSync(`${lines.join('\n')}\n`);
  const cut = await importBytes(whole.subarray(0, whole.length / 2));
  expect(cut.summary.problems.join()).toMatch(/KW_IMPORT_GZIP_TRUNCATED/);
  expect(cut.rows.length).toBeGreaterThan(8000);
  expect(textOf(cut.rows).slice(0, -1)).toEqual(lines.slice(0, cut.rows.length - 1));
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, whole.length / 2, whole.length / 2 + 200);
  const broken = await importBytes(damaged);
  expect(broken.summary.problems.join()).toMatch(/KW_IMPORT_GZIP_(DAMAGED|TRUNCATED)/);
  expect(broken.rows.length).toBeGreaterThan(2000);
});

test('keeps all that was whole when something else stands behind gzip data, or its sum is wrong', async () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `{"kind":"Event","n":${index},"r":"${Math.sin(index)}"}`);
  const whole = gzipSync(`${lines.join('\n')}\n`);
  const wrongSum = Buffer.from(whole);
  wrongSum.writeUInt32LE(~wrongSum.readUInt32LE(whole.length - 8) >>> 0, whole.length - 8);
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [Buffer.concat([whole, Buffer.from('garbage\n')]), /KW_IMPORT_GZIP_DAMAGED: something stands behind the end/],
    [Buffer.concat([whole, Buffer.alloc(700), Buffer.from('x')]), /KW_IMPORT_GZIP_DAMAGED: something stands behind/],
    [wrongSum, /KW_IMPORT_GZIP_DAMAGED: .*incorrect data check/],
    [whole.subarray(0, -3), /KW_IMPORT_GZIP_TRUNCATED/],
  ];
  for (const [bytes, problem] of cases) {
    const { summary, rows } = await importBytes(bytes);
    expect(textOf(rows)).toEqual(lines);
    expect(summary.problems).toEqual([expect.stringMatching(problem)]);
  }
});

test('a bomb of gzip does not fill the memory', { timeout: 60_000 }, async () => {
  const zeros = gzipSync(Buffer.alloc(300_000_000, 0x20));
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
  const { summary } = await importBytes(Buffer.concat([gzipSync(`${EVENT}\n`), zeros]));
  clearInterval(watch);
  expect(summary.bytes).toBe(300_000_000 + EVENT.length + 1);
  expect(peak - before).toBeLessThan(250_000_000);
});

test('says of files that are no logs that they are none, and makes no rows of them', async () => {
  const noise = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919 + (index >> 5)) & 0xff));
  const cases: (Buffer | string)[] = [
    noise,
    'dear diary\nnothing happened\n',
    Buffer.alloc(5000),
    Buffer.from('\x7fELF\x02\x01\x01\0\n{\x01'),
    '\x89PNG\r\n\x1a\n',
  ];
  for (const bytes of cases) {
    const { summary, rows } = await importBytes(Buffer.from(bytes));
    expect(summary.lines).toBe(0);
    expect(summary.problems.join()).toMatch(/KW_IMPORT_NO_LOG: audit\.log does not look like an audit log/);
    expect(rows).toEqual([]);
  }
  for (const [magic, name] of [
    ['\xfd7zXZ\0', 'xz'],
    ['PK\x03\x04', 'zip'],
    ['BZh9', 'bzip2'],
    ['\x28\xb5\x2f\xfd', 'zstd'],
  ] as const) {
    const { summary } = await importBytes(Buffer.from(`${magic}rest`, 'latin1'));
    expect(summary.problems.join()).toMatch(new RegExp(`KW_IMPORT_FORMAT: .*${name}`));
  }
});

test('an empty file and blank lines are fine and give nothing', async () => {
  expect((await importBytes('')).summary).toEqual({ bytes: 0, lines: 0, problems: [] });
  expect((await importBytes('\n\n  \n')).summary).toEqual({ bytes: 5, lines: 0, problems: [] });
});

test('keeps other text when a log begins with it, the old format, and broken lines among good ones', async () => {
  const klog = Array.from(
    { length: 2000 },
    (_, index) => `I0921 05:17:13.712071   21526 server.go:${index}] starting up`,
  );
  expect((await importBytes([...klog, EVENT, ''].join('\n'))).rows.length).toBe(2001);
  const legacy = '2026-11-20T19:40:00.000000000Z AUDIT: id="a" stage="ResponseComplete" ip="127.0.0.1" method="get"';
  expect(textOf((await importBytes(`${legacy}\n`)).rows)).toEqual([legacy]);
  const mixed = Array.from({ length: 20_000 }, (_, index) =>
    index % 2 === 0 ? `{"kind":"Event","n":${index}}` : `{"kind":"Ev${'{'.repeat(index % 5)}`,
  );
  const { rows, summary } = await importBytes(`${mixed.join('\n')}\n`);
  expect(textOf(rows)).toEqual(mixed);
  expect(summary.problems).toEqual([]);
});

test('counts what went to quarantine already here', async () => {
  const { summary, rows } = await importBytes(`${EVENT}\n{\n  "kind": "Ev\n${OTHER}\n`);
  expect(rows.map((row) => row.problem === '')).toEqual([true, false, false, true]);
  expect(summary.problems).toEqual([
    'KW_IMPORT_BROKEN_LINES: 2 lines are broken or too long and went to quarantine; `kubewitness quarantine` shows them.',
  ]);
});

test('takes the node in front of lines as host', async () => {
  const { rows } = await importBytes(`master-0 ${EVENT}\nmaster-1 ${OTHER}\n${EVENT}\n`);
  expect(rows.map((row) => row.source.host)).toEqual(['master-0', 'master-1', 'h']);
  expect(rows.map((row) => row.source.upload)).toEqual(['u1', 'u1', 'u1']);
});

test('reads a must-gather: node and component from the paths, listings skipped', async () => {
  const root = 'must-gather.local.123/quay-io-openshift/audit_logs';
  const archive = await tar({
    [`${root}/kube-apiserver.audit_logs_listing`]: 'master-0 audit.log\n',
    [`${root}/kube-apiserver/master-0-audit-2021-03-09T14-07-27.129.log.gz`]: gzipSync(`${EVENT}\n`),
    [`${root}/kube-apiserver/ip-10-0-1-2.ec2.internal-audit.log.gz`]: gzipSync(gzipSync(`${OTHER}\n{"kind":"Ev`)),
    [`${root}/oauth-server/master-0-audit.log`]: TEXT,
    [`${root}/openshift-apiserver/master-0-audit.log`]: '',
    'manifest.json': '{"files":[]}',
    'version.txt': 'x'.repeat(100_000),
    'bodies/batch.json': `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"auditID":"a"}]}`,
  });
  for (const bytes of [archive, gzipSync(archive)]) {
    const { rows, summary } = await importBytes(bytes);
    expect(rows.map(({ source, line }) => [source.host, source.component, source.logSource, line.toString()])).toEqual([
      ['master-0', 'kube-apiserver', 'kubeAPI', EVENT],
      ['ip-10-0-1-2.ec2.internal', 'kube-apiserver', 'kubeAPI', OTHER],
      ['ip-10-0-1-2.ec2.internal', 'kube-apiserver', 'kubeAPI', '{"kind":"Ev'],
      ['master-0', 'oauth-server', 'openshiftAPI', EVENT],
      ['master-0', 'oauth-server', 'openshiftAPI', OTHER],
      ['h', 'kube-apiserver', 'kubeAPI', EVENT],
    ]);
    expect(summary.problems).toEqual([]);
    expect(summary.entries?.filter((entry) => entry.skipped !== undefined).map((entry) => entry.name)).toEqual([
      `${root}/kube-apiserver.audit_logs_listing`,
      'manifest.json',
      'version.txt',
    ]);
    expect(summary.lines).toBe(6);
  }
});

test('an archive that is cut off keeps what came before; one without logs says so', async () => {
  const archive = await tar({ 'kube-apiserver/m0-audit.log': TEXT, 'kube-apiserver/m1-audit.log': TEXT.repeat(500) });
  const cut = await importBytes(archive.subarray(0, archive.length - 20_000));
  expect(cut.summary.problems.join()).toMatch(/KW_IMPORT_ARCHIVE_BROKE|KW_IMPORT_STREAM_BROKE/);
  expect(cut.rows.length).toBeGreaterThan(100);
  expect((await importBytes(await tar({ 'a.txt': 'hello' }))).summary.problems.join()).toMatch(
    /KW_IMPORT_NO_LOG: .*archive without audit logs/,
  );
});

test('a stream that breaks keeps what came before, a signal stops it', async () => {
  async function* breaking() {
    yield Buffer.from(`${EVENT}\n`);
    throw new Error('connection reset');
  }
  const broken = await importBytes(breaking());
  expect(broken.summary.problems.join()).toMatch(/KW_IMPORT_STREAM_BROKE: .*connection reset/);
  expect(textOf(broken.rows)).toEqual([EVENT]);

  const intake = await openTemporaryIntake();
  const stop = new AbortController();
  async function* endless() {
    for (let index = 0; ; index++) {
      if (index === 50) stop.abort();
      yield Buffer.from(TEXT);
    }
  }
  const summary = await importStream({
    stream: endless(),
    source: IMPORT_SOURCE,
    ingest: intake.ingest,
    signal: stop.signal,
  });
  expect(summary.problems.join()).toMatch(/KW_IMPORT_STOPPED/);
  expect((await intake.drain()).length).toBe(summary.lines);
  await intake.close();
});

test('waits while the spool is full and goes on when it has room', async () => {
  const intake = await openTemporaryIntake({ maxSpoolBytes: 100_000, segmentBytes: 20_000 });
  const lines = Array.from(
    { length: 20_000 },
    (_, index) => `{"kind":"Event","n":${index},"pad":"xxxxxxxxxxxxxxxxxxxxxxxx"}`,
  );
  const chunks = Array.from({ length: 200 }, (_, at) =>
    Buffer.from(`${lines.slice(at * 100, at * 100 + 100).join('\n')}\n`),
  );
  let done = false;
  const importing = importStream({
    stream: Readable.from(chunks),
    source: IMPORT_SOURCE,
    ingest: intake.ingest,
    signal: intake.signal,
  }).then((summary) => {
    done = true;
    return summary;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(done).toBe(false);
  expect(intake.ingest.spool.bytes()).toBeLessThan(120_000);
  const rows: string[] = [];
  while (!done) rows.push(...textOf(await intake.drain(20)));
  rows.push(...textOf(await intake.drain()));
  expect((await importing).lines).toBe(20_000);
  expect(rows).toEqual(lines);
  await intake.close();
});
