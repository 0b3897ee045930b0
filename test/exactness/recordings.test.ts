// The recordings of corpus/: what comes out is byte for byte what came in, and the counts are those of README and truth.json.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusPath, readArchive, readCorpus, splitLines, unpackArchive } from '../support/corpus.ts';
import { runCli } from '../support/run-program.ts';
import { compareLines } from '../support/same-lines.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { TestServer } from '../support/test-server.ts';
import { openQuestions } from './questions.ts';

const folder = makeFolder();
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ data: join(folder, 'data') });
  await server.ready();
});
afterAll(() => server.stop());
const { importFiles, postBodies, search, countBy } = openQuestions(() => server);

const logLines = (archive: ReadonlyMap<string, Buffer>, wanted = /^log\//) =>
  [...archive].filter(([path]) => wanted.test(path)).flatMap(([, bytes]) => splitLines(bytes));

const EXACT = (lines: number) => ({ lines, lost: [], added: [] });

interface Truth {
  readonly events: number;
  readonly uniqueAuditIDs: number;
  readonly stage: Readonly<Record<string, number>>;
  readonly level: Readonly<Record<string, number>>;
  readonly verb: Readonly<Record<string, number>>;
}

async function expectTruth(cluster: string, truth: Truth): Promise<void> {
  expect(await countBy(cluster, 'stage')).toEqual(truth.stage);
  expect(await countBy(cluster, 'level')).toEqual(truth.level);
  expect(await countBy(cluster, 'verb')).toEqual(truth.verb);
}

test.each([
  ['metadata-all', 4650],
  ['requestresponse-all', 4641],
  ['webhook-blocking', 2298],
])('log of %s: %d records', { timeout: 120_000 }, async (name, records) => {
  const archive = readArchive(name);
  const truth: Truth = JSON.parse(archive.get('truth.json')?.toString('utf8') ?? '');
  unpackArchive(name, /^log\//, join(folder, name));
  const report = await importFiles(name, [join(folder, name, 'log')]);
  expect(report).toMatchObject({ read: records, stored: records, duplicate: 0, quarantined: 0 });
  expect(truth.events).toBe(records);
  expect(compareLines(logLines(archive), await search(name))).toEqual(EXACT(records));
  await expectTruth(name, truth);
});

test('log and aggregated log of mixed-aggregated: 1,767 records', { timeout: 120_000 }, async () => {
  const archive = readArchive('mixed-aggregated');
  unpackArchive('mixed-aggregated', /^log\//, join(folder, 'mixed'));
  const kube = await importFiles('mixed', [join(folder, 'mixed/log/audit.log'), '--component', 'kube-apiserver']);
  const sample = await importFiles('mixed', [
    join(folder, 'mixed/log/sample-apiserver-audit.log'),
    '--component',
    'sample-apiserver',
  ]);
  expect([kube.stored, sample.stored]).toEqual([1713, 54]);
  expect(compareLines(logLines(archive), await search('mixed'))).toEqual(EXACT(1767));
  for (const [component, truth] of [
    ['kube-apiserver', 'truth.json'],
    ['sample-apiserver', 'truth-sample-apiserver.json'],
  ] as const) {
    const { stage }: Truth = JSON.parse(archive.get(truth)?.toString('utf8') ?? '');
    expect(await countBy(`mixed&component=${component}`, 'stage')).toEqual(stage);
  }
});

/** Bodies, then the log of the same events: the webhook's records are lines of the log, and both together give each once. */
test.each([
  ['requestresponse-all', 4671, 4571, 4641],
  ['mixed-aggregated', 1713, 1713, 1767],
  ['webhook-blocking', 2298, 2298, 2298],
])(
  'webhook of %s: %d items, %d records, with the log %d',
  { timeout: 120_000 },
  async (name, items, alone, together) => {
    const archive = readArchive(name);
    const cluster = `${name}-webhook`;
    expect(await postBodies(cluster, archive)).toBe(items);
    const printed = await search(cluster);
    const { lines, added } = compareLines(logLines(archive), printed);
    expect({ lines, added }).toEqual({ lines: alone, added: [] });
    unpackArchive(name, /^log\//, join(folder, cluster));
    const report = await importFiles(cluster, [join(folder, cluster, 'log')]);
    expect(report.stored + report.duplicate).toBe(together);
    expect(compareLines(logLines(archive), await search(cluster))).toEqual(EXACT(together));
    // And the bodies once more change nothing.
    await postBodies(cluster, archive);
    expect((await search(cluster)).length).toBe(logLines(archive).reduce((sum, line) => sum + line.length + 1, 0));
  },
);

test('the 100,000 of a busy cluster, packed', { timeout: 180_000 }, async () => {
  const truth = JSON.parse(readCorpus('kube-apiserver/real-100k.truth.json').toString('utf8'));
  const path = corpusPath('kube-apiserver/real-100k.ndjson.gz');
  const report = await importFiles('busy', [path]);
  expect(report).toMatchObject({
    read: truth.events,
    stored: truth.events,
    duplicate: 0,
    quarantined: 0,
    bytes: truth.bytes,
  });
  expect(compareLines(splitLines(readCorpus('kube-apiserver/real-100k.ndjson.gz')), await search('busy'))).toEqual(
    EXACT(100_000),
  );
  expect(await countBy('busy', 'stage')).toEqual(truth.stages);
  expect(await countBy('busy', 'level')).toEqual(truth.levels);
  expect(await countBy('busy', 'verb')).toEqual(truth.verbs);
  const { None, ...codes } = truth.codes;
  expect(await countBy('busy', 'code')).toEqual({ ...codes, 0: None });
  // One finished record per request.
  const finished = await server.getObject('/api/v1/stats?cluster=busy');
  expect(finished.get('records')).toBe(truth.auditIDs);
  expect(finished.get('users')).toBe(truth.users);
  const again = await importFiles('busy', [path]);
  expect(again).toMatchObject({ stored: 0, duplicate: 100_000 });
});

test.each(['metadata-all', 'requestresponse-all', 'mixed'])(
  'sessions of %s, as the README counts them',
  async (cluster) => {
    const verbs = async (flags: string) => countBy(`${cluster}&${flags}&stage=ResponseComplete`, 'verb');
    expect(await verbs('resource=pods/exec&code=101')).toEqual({ get: 11, create: 4 });
    expect(await verbs('resource=pods/attach&code=101')).toEqual({ get: 2, create: 1 });
    const refused = await countBy(`${cluster}&resource=pods/exec&code=4xx&stage=ResponseComplete`, 'code');
    expect(refused).toEqual({ 400: 2, 403: 1, 404: 3 });
  },
);

test('the samples of the OpenShift manual', async () => {
  const bytes = readCorpus('documented/openshift4-servers.ndjson');
  const report = await importFiles('manual', [corpusPath('documented/openshift4-servers.ndjson')]);
  expect(report).toMatchObject({ read: 5, stored: 5 });
  expect(compareLines(splitLines(bytes), await search('manual'))).toEqual(EXACT(5));
  const logins = await runCli([
    'search',
    '--cluster',
    'manual',
    '--annotation',
    'authentication.openshift.io/decision=error',
    '-o',
    'ndjson',
    '--server',
    server.url,
  ]);
  expect(logins.stdout.toString('utf8')).toContain('kubeadmin');
});

test('lines of the old text format are kept in quarantine, every one, and the command says so', async () => {
  unpackArchive('legacy-format', /^log\//, join(folder, 'legacy'));
  const ran = await runCli(['import', join(folder, 'legacy/log/audit.log'), '--server', server.url, '-o', 'json']);
  expect(JSON.parse(ran.stdout.toString('utf8'))).toMatchObject({ read: 2477, stored: 0, quarantined: 2477 });
  expect(ran.code).toBe(1);
});
