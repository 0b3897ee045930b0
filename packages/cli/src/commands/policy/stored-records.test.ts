// Policy commands over the records of a server: which question they ask, the same answers as from files, and what they say when it goes wrong.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TRAILERS } from '@kubewitness/core/wire';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { json, type Reply, startFakeServer, stream } from '../testing/fake-server.ts';
import { runPolicy } from './testing/run-policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'kw-policy-stored-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const log = gunzipSync(
  readFileSync(new URL('../../../../../corpus/kube-apiserver/real-100k.ndjson.gz', import.meta.url)),
).subarray(0, 1_000_000);
const whole = log.subarray(0, log.lastIndexOf(10) + 1);
const records = file('audit.log', whole);
const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n';
const METADATA = file('metadata.yaml', `${HEAD}- level: Metadata\n`);
const NO_READS = file('no-reads.yaml', `${HEAD}- level: None\n  verbs: [get, list, watch]\n- level: Metadata\n`);

/** Cut at odd places, with the empty lines that servers send as signs of life. */
const LINES = stream([whole.subarray(0, 100_001), whole.subarray(100_001, 500_000), whole.subarray(500_000), '\n']);

async function startStore(reply: Reply) {
  const server = await startFakeServer({ '/api/v1/records': reply });
  onTestFinished(() => server.close());
  return server;
}

test('simulate, diff and check answer from a store as from files', async () => {
  const { url } = await startStore(LINES);
  for (const args of [['simulate', NO_READS], ['diff', METADATA, NO_READS], ['check', METADATA], ['advise']]) {
    const fromFile = await runPolicy(...args, records, '-o', 'json');
    const stored = await runPolicy(...args, '--server', url, '-o', 'json');
    expect(stored, args[0]).toEqual(fromFile);
  }
});

test('the question is every stage as written, oldest first, with the filters of search', async () => {
  const { url, seen } = await startStore(LINES);
  const filter = ['--since', '2h', '--cluster', 'prod', '-n', 'shop', '-n', '!kube-system', '--verb', '!get'];
  await runPolicy('simulate', NO_READS, '--server', url, '--token', 'abc', ...filter);
  expect(seen).toHaveLength(1);
  expect(seen[0]?.headers.authorization).toBe('Bearer abc');
  expect(seen[0]?.params).toEqual({
    'all-stages': ['true'],
    view: ['line'],
    limit: ['0'],
    order: ['oldest'],
    cluster: ['prod'],
    namespace: ['shop', '!kube-system'],
    verb: ['!get'],
    // A duration before the clock of the test.
    'since-time': ['2026-11-20T10:00:00.000000Z'],
  });
});

test('advise asks twice for the same records, whatever lands in between', async () => {
  const { url, seen } = await startStore(LINES);
  expect((await runPolicy('advise', '--server', url, '--since', '7d')).exitCode).toBe(0);
  expect(seen).toHaveLength(2);
  expect(seen[1]?.params).toEqual(seen[0]?.params);
  expect(seen[0]?.params).toMatchObject({
    'since-time': ['2026-11-13T12:00:00.000000Z'],
    until: ['2026-11-20T12:00:00.000000Z'],
  });
});

test('files and the flags of a server exclude each other', async () => {
  for (const flags of [
    ['--server', 'http://127.0.0.1:1'],
    ['--since', '1h'],
    ['-n', 'shop'],
    ['--from', records],
  ]) {
    const { exitCode, stderr } = await runPolicy('simulate', NO_READS, records, ...flags);
    expect(exitCode, flags[0]).toBe(2);
    expect(stderr).toMatch(/^KW_POLICY_USAGE: --\S+ chooses records of a server, but files are named/);
  }
  const dash = await runPolicy('advise', '-');
  expect([dash.exitCode, dash.stderr]).toEqual([2, expect.stringContaining('cannot come from standard input')]);
  const wrong = await runPolicy('simulate', NO_READS, '--code', 'abc');
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('is not a response code')]);
});

test('no server, a refusal, an answer that breaks off and an empty store end with a sentence', async () => {
  const gone = await runPolicy('simulate', NO_READS, '--server', 'http://127.0.0.1:1');
  expect([gone.exitCode, gone.stderr]).toEqual([1, expect.stringMatching(/^KW_CLI_UNREACHABLE: /)]);

  const refusing = await startStore(
    json({ code: 'KW_ENGINE_NOT_READY', status: 503, detail: 'the engine is starting.' }, 503),
  );
  const refused = await runPolicy('check', METADATA, '--server', refusing.url);
  expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('the engine is starting')]);

  const problem = JSON.stringify({ code: 'KW_QUERY_STORE_AWAY', status: 503, detail: 'the engine went.' });
  const cut = await startStore(stream([whole], { [TRAILERS.problem]: problem }));
  const broken = await runPolicy('simulate', NO_READS, '--server', cut.url);
  // Half of the records would be a wrong report, so there is none.
  expect([broken.exitCode, broken.stdout, broken.stderr]).toEqual([1, '', expect.stringContaining('the engine went')]);

  const empty = await startStore(stream([]));
  const nothing = await runPolicy('simulate', NO_READS, '--server', empty.url, '-n', 'shop', '--since', '7d');
  expect([nothing.exitCode, nothing.stderr]).toEqual([
    1,
    expect.stringMatching(
      /^KW_POLICY_RECORDS: there is no audit record in the store of http.*\(namespace shop \(--since 7d\)\)/,
    ),
  ]);
});
