// Entries pushed through Loki's API, in a real store: exactly once, with their labels, time and columns; nobody else's questions see them.
import type { SegmentSource } from '@kubewitness/core/event';
import { createEnvelopePrinter, type PushEntry } from '@kubewitness/core/formats';
import { foldSessions } from '@kubewitness/core/sessions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSessionRows } from '../query/sessions/read-session-rows.ts';
import { printCopyAllSessionRecords } from './insert/copy-session-records.ts';
import { openTestStore, type TestStore } from './testing/test-store.ts';

const PUSH: SegmentSource = {
  kind: 'push',
  name: 'push/audit',
  cluster: '',
  host: '',
  component: '',
  logType: '',
  logSource: '',
};
const LABELS = { app: "it's", cluster: 'prod', kubernetes_host: 'm1', log_type: 'audit' };
const TIME = 1_795_000_000_123_456_789n;
const EVENT =
  '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"list","user":{"username":"u"},"objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-20T10:00:00.000000Z","stageTimestamp":"2026-11-20T10:00:02.000000Z"}';

const never = new AbortController().signal;

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store.close();
});

const entry = (line: string, more: Partial<PushEntry> = {}): PushEntry => ({
  timeNanos: TIME,
  line,
  metadata: {},
  ...more,
});
const push = (entries: readonly PushEntry[], tenant = 'audit', labels: Readonly<Record<string, string>> = LABELS) =>
  store.keep(entries.map(createEnvelopePrinter(tenant, labels)), PUSH);
const counts = (report: Awaited<ReturnType<typeof push>>) =>
  report.counts.map(({ stored, duplicate, quarantined }) => [stored, duplicate, quarantined]);
const rows = (columns: string, where: string) =>
  store.store.database.rows(`SELECT ${columns} FROM records WHERE ${where} ORDER BY batch, position`);

test('the same entry is kept once; another label, time, tenant or line makes another', async () => {
  expect(counts(await push([entry('once'), entry('once'), entry('once', { timeNanos: TIME + 1n })]))).toEqual([
    [2, 1, 0],
  ]);
  expect(counts(await push([entry('once', { metadata: { late: 'yes' } }), entry('twice')]))).toEqual([[1, 1, 0]]);
  expect(counts(await push([entry('once')], 'audit', { ...LABELS, app: 'b' }))).toEqual([[1, 0, 0]]);
  expect(counts(await push([entry('once')], 'other'))).toEqual([[1, 0, 0]]);
  expect(await rows('tenant', "line = 'once'")).toHaveLength(4);
});

test('sessions of pushed events have the times of the events, by whatever clock they were shipped', async () => {
  const stage = (name: string, at: string): string =>
    EVENT.replace('"ResponseComplete"', `"${name}"`)
      .replace('"/api/v1/pods"', '"/api/v1/namespaces/a/pods/b/exec?command=id"')
      .replace('"verb":"list"', '"verb":"get"')
      .replace('"code":200', '"code":101')
      .replace('"resource":"pods"', '"resource":"pods","namespace":"a","name":"b","subresource":"exec"')
      .replace('10:00:02.000000Z', at);
  const at = (minute: number, second: number): bigint =>
    BigInt(Date.UTC(2026, 10, 20, 10, minute, second)) * 1_000_000n;
  const shippedNanos = at(20, 0) + 123_456_789n;
  const started = entry(stage('ResponseStarted', '10:00:01.000000Z'), { timeNanos: shippedNanos + 7n });
  const ended = entry(stage('ResponseComplete', '10:05:01.000000Z'), { timeNanos: shippedNanos + 900_000_000n });
  const wild = entry(
    stage('ResponseComplete', '10:00:00.000000Z').replace('stageTimestamp":"2026', 'stageTimestamp":"2226'),
    { timeNanos: shippedNanos },
  );
  await push([started, ended, wild]);
  const kept = await readSessionRows(
    store.store.database,
    'SELECT packed FROM session_records ORDER BY time',
    {},
    never,
  );
  expect(kept.map(({ timeNanos, requestReceivedNanos }) => [timeNanos, requestReceivedNanos])).toEqual([
    // A time that cannot be is none: the entry's own counts.
    [shippedNanos, at(0, 0)],
    [at(0, 1), at(0, 0)],
    [at(5, 1), at(0, 0)],
  ]);
  expect(foldSessions(kept.slice(1))).toMatchObject([{ state: 'ended', startNanos: at(0, 1), endNanos: at(5, 1) }]);
  // A store that is copied anew has the same.
  const { database } = store.store;
  await database.command('TRUNCATE TABLE session_records', undefined, never);
  await database.command(printCopyAllSessionRecords(), undefined, never);
  const copied = await readSessionRows(database, 'SELECT packed FROM session_records ORDER BY time', {}, never);
  expect(copied).toEqual(kept);
});

test('an entry has its labels, its metadata, its own time, and its labels in the columns named like them', async () => {
  await push([entry('a line\nof two', { metadata: { trace: '1', empty: '' } })]);
  const columns =
    'tenant, labels, metadata, cluster, host, component, log_type, log_source, source_kind, stage, finished, toString(toUnixTimestamp64Nano(time)) AS nanos, line_bytes';
  expect(await rows(columns, "startsWith(line, 'a line')")).toEqual([
    {
      tenant: 'audit',
      labels: LABELS,
      metadata: { trace: '1', empty: '' },
      cluster: 'prod',
      host: 'm1',
      component: '',
      log_type: 'audit',
      log_source: '',
      source_kind: 'push',
      stage: '',
      finished: false,
      nanos: String(TIME),
      line_bytes: 13,
    },
  ]);
});

test('audit events are recognised for the tenant audit alone, and keep the time of their entry', async () => {
  await push([entry(EVENT)]);
  await push([entry(EVENT)], 'other');
  const columns = 'tenant, verb, username, finished, duration_us, toString(toUnixTimestamp64Nano(time)) AS nanos';
  const nanos = String(TIME);
  expect(await rows(columns, `line = '${EVENT}'`)).toEqual([
    { tenant: 'audit', verb: 'list', username: 'u', finished: true, duration_us: 2_000_000, nanos },
    { tenant: 'other', verb: '', username: '', finished: false, duration_us: -1, nanos },
  ]);
});

test('what is no entry, and a time before 1970, go to quarantine', async () => {
  expect(counts(await store.keep(['{"kind":"Event"}', 'push1 x\n'], PUSH))).toEqual([[0, 0, 2]]);
  expect(counts(await push([entry('old', { timeNanos: -1n }), entry('first', { timeNanos: 0n })]))).toEqual([
    [1, 0, 1],
  ]);
});

test('what a collected line looks like does not make it pushed', async () => {
  const forged = createEnvelopePrinter('other', LABELS)(entry('forged'));
  expect(counts(await store.keep([forged.replaceAll('\n', ' '), EVENT]))).toEqual([[1, 0, 1]]);
});
