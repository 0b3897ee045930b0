// Several segments stored by the same statements: everything as if each had come alone. With a real engine.
import type { BatchReport, Segment, SegmentSource } from '@kubewitness/core/event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseGroup } from './insert/segment-group.ts';
import { openTestStore, TEST_SOURCE, type TestStore } from './testing/test-store.ts';
import { tidyParts } from './tidy-parts.ts';

let store: TestStore;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(async () => {
  await store.close();
});

const never = new AbortController().signal;
const rows = <T>(sql: string) => store.store.database.rows<T>(sql);
const event = (id: string, minute = 0): string =>
  `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${id}","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"list","user":{"username":"u"},"objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-20T10:${String(minute).padStart(2, '0')}:00.000000Z","stageTimestamp":"2026-11-20T10:${String(minute).padStart(2, '0')}:01.000000Z"}`;
/** The second parse road reads it: an older version. */
const older = (id: string): string => event(id).replace('audit.k8s.io/v1', 'audit.k8s.io/v1beta1');
const fromHost = (host: string): SegmentSource => ({ ...TEST_SOURCE, kind: 'file', name: `/logs/${host}`, host });
const m0 = fromHost('m0');
const m1 = fromHost('m1');

/** Enough for the shorter road of groups that are known. */
const many = Array.from({ length: 5_000 }, (_, i) => event(`k${i}`, i % 60).replace('"u"', `"${'u'.repeat(800)}"`));

const counts = (reports: readonly BatchReport[]) =>
  reports.map((report) =>
    report.counts.map(({ source, read, stored, duplicate, quarantined }) => [
      source.host,
      read,
      stored,
      duplicate,
      quarantined,
    ]),
  );

test('each row keeps its batch, source and position, on both parse roads and in quarantine', async () => {
  const reports = await store.keepSegments([
    [[event('a'), older('b')], m0],
    [[older('c'), 'no event'], m1],
    [[event('d', 5)], m0],
  ]);
  expect(counts(reports)).toEqual([[['m0', 2, 2, 0, 0]], [['m1', 2, 1, 0, 1]], [['m0', 1, 1, 0, 0]]]);
  const [first] = reports;
  if (first === undefined) throw new Error('no report');
  const position = Buffer.byteLength(event('a')) + 1;
  expect(
    await rows(
      'SELECT audit_id AS id, toUInt32(batch) AS batch, host, source, toUInt32(position) AS position FROM records ORDER BY id',
    ),
  ).toEqual([
    { id: 'a', batch: first.number, host: 'm0', source: '/logs/m0', position: 0 },
    { id: 'b', batch: first.number, host: 'm0', source: '/logs/m0', position },
    { id: 'c', batch: first.number + 1, host: 'm1', source: '/logs/m1', position: 0 },
    { id: 'd', batch: first.number + 2, host: 'm0', source: '/logs/m0', position: 0 },
  ]);
  expect(await rows('SELECT toUInt32(batch) AS batch, host, source, line FROM quarantine')).toEqual([
    { batch: first.number + 1, host: 'm1', source: '/logs/m1', line: 'no event' },
  ]);
});

test('what comes twice in a group is stored once, and both sightings are known', async () => {
  const bare = { ...TEST_SOURCE, kind: 'webhook', name: 'webhook/test', host: '', component: '' } as const;
  const reports = await store.keepSegments([
    [[event('a'), event('b')], bare],
    [[event('b'), event('c')], m1],
  ]);
  const total = reports.flatMap((report) => report.counts).map((count) => [count.read, count.stored, count.duplicate]);
  expect(total).toEqual([
    [2, 2, 0],
    [2, 1, 1],
  ]);
  expect(await rows('SELECT audit_id AS id FROM records ORDER BY id')).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  expect(await rows('SELECT toUInt32(sum(duplicate)) AS n FROM discards')).toEqual([{ n: 1 }]);
  await store.keepSegments([
    [[event('a')], m0],
    [[event('a')], m1],
  ]);
  const seen = 'SELECT audit_id AS id, host FROM sightings JOIN records USING record_id ORDER BY id';
  expect(await rows(seen.replace('host', 'sightings.host AS host'))).toEqual([
    { id: 'a', host: 'm0' },
    { id: 'b', host: 'm1' },
  ]);
});

test('a group replayed after a crash together with newer segments changes nothing of what it stored', async () => {
  const stored = await store.keepSegments([
    [[event('a'), event('a'), 'junk'], m0],
    [[event('b')], m1],
  ]);
  const sums = 'SELECT toUInt32(sum(duplicate)) AS d, toUInt32(sum(quarantined)) AS q FROM discards';
  expect(await rows(sums)).toEqual([{ d: 1, q: 1 }]);
  const replayed: BatchReport[] = [];
  const inner = store.store;
  const insert = inner.insertSegments.bind(inner);
  // The same files under the numbers they had, with a new one behind them.
  inner.insertSegments = async (waiting, signal) => {
    const numbered = waiting.map((segment, i): Segment => ({ ...segment, number: (stored[0]?.number ?? 0) + i }));
    replayed.push(...(await insert(numbered, signal)));
    return replayed;
  };
  await store.keepSegments([
    [[event('a'), event('a'), 'junk'], m0],
    [[event('b')], m1],
    [[event('c'), event('b')], m0],
  ]);
  expect(counts(replayed)).toEqual([[['m0', 3, 1, 1, 1]], [['m1', 1, 1, 0, 0]], [['m0', 2, 1, 1, 0]]]);
  expect(await rows('SELECT audit_id AS id FROM records ORDER BY id')).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  expect(await rows(sums)).toEqual([{ d: 2, q: 1 }]);
});

test('a big group that was stored itself before a crash counts what it stored', async () => {
  const inner = store.store;
  const insert = inner.insertSegments.bind(inner);
  inner.insertSegments = async (waiting, signal) => {
    await insert(waiting, signal);
    return insert(waiting, signal);
  };
  expect(counts(await store.keepSegments([[many, m0]]))).toEqual([[['m0', 5000, 5000, 0, 0]]]);
  expect(await rows('SELECT toUInt32(sum(duplicate)) AS n FROM discards')).toEqual([{ n: 0 }]);
});

test('segments of many sources over many days, and empty ones between them', async () => {
  const lines = Array.from({ length: 130 }, (_, i) =>
    event(`d${i}`).replaceAll('2026-11-20', new Date(Date.UTC(2026, 0, 1) + i * 86_400_000).toISOString().slice(0, 10)),
  );
  const reports = await store.keepSegments(
    Array.from({ length: 13 }, (_, i) => [lines.slice(i * 10, i * 10 + 10), fromHost(`h${i}`)] as const),
  );
  expect(counts(reports)).toEqual(Array.from({ length: 13 }, (_, i) => [[`h${i}`, 10, 10, 0, 0]]));
  expect(await rows('SELECT host, toUInt32(count()) AS n FROM records GROUP BY host HAVING n != 10')).toEqual([]);
});

const staged = 'SELECT toUInt32(count()) AS n, toUInt32(countIf(empty(line))) AS withoutLine FROM staging';

test('what is known as a whole is not parsed again, and its new sightings are kept', async () => {
  const bare = { ...TEST_SOURCE, host: '', component: '' };
  await store.keep(many, bare);
  const again = await store.keepSegments([
    [many.slice(0, 3_000), m0],
    [[...many.slice(3_000), many[0] ?? ''], m1],
  ]);
  expect(counts(again)).toEqual([[['m0', 3000, 0, 3000, 0]], [['m1', 2001, 0, 2001, 0]]]);
  expect(await rows(staged)).toEqual([{ n: 5001, withoutLine: 5001 }]);
  expect(await rows('SELECT host, toUInt32(count()) AS n FROM sightings GROUP BY host ORDER BY host')).toEqual([
    { host: 'm0', n: 3000 },
    { host: 'm1', n: 2000 },
  ]);
  expect(await rows('SELECT toUInt32(sum(duplicate)) AS n FROM discards')).toEqual([{ n: 5001 }]);
});

test.each([
  ['a new line', [event('new')], [1, 0]],
  ['junk', ['junk'], [0, 1]],
  ['a line of an older version', [older('new')], [1, 0]],
] as const)('%s among known ones is not lost', async (_, more, [stored, quarantined]) => {
  await store.keep(many);
  const [report] = await store.keepSegments([[[...many, ...more], TEST_SOURCE]]);
  expect(report?.counts).toMatchObject([{ read: 5001, stored, duplicate: 5000, quarantined }]);
});

const segment = (number: number, more: Partial<Segment> = {}): Segment => ({
  number,
  path: `/spool/${number}.segment`,
  sources: [undefined, TEST_SOURCE],
  rows: 1,
  bytes: 1024,
  ...more,
});
const numbers = (waiting: readonly Segment[]) => chooseGroup(waiting).map(({ number }) => number);

test('what goes together', () => {
  const pushed = { sources: [undefined, { ...TEST_SOURCE, kind: 'push' as const }] };
  expect(numbers([segment(1), segment(2), segment(3)])).toEqual([1, 2, 3]);
  expect(numbers([segment(1), segment(2, pushed), segment(3)])).toEqual([1]);
  expect(numbers([segment(2, pushed), segment(3, pushed)])).toEqual([2]);
  expect(numbers([segment(1, { bytes: 600e6 }), segment(2)])).toEqual([1]);
  expect(numbers([segment(1), segment(2, { path: '/elsewhere/2.segment' })])).toEqual([1]);
  expect(numbers([segment(1, { path: '/a{b}/1' }), segment(2, { path: '/a{b}/2' })])).toEqual([1]);
  expect(() => chooseGroup([])).toThrow('no segment');
});

test('small parts that the engine leaves lying after an import become one', async () => {
  for (let i = 0; i < 3; i++) await store.keepSegments([[[event(`p${i}`)], m0]]);
  const parts = "SELECT toUInt32(count()) AS n FROM system.parts WHERE active AND table = 'records'";
  const [before] = await rows<{ n: number }>(parts);
  expect(before?.n).toBeGreaterThan(1);
  await tidyParts(store.store.database, never);
  expect(await rows(parts)).toEqual([{ n: 1 }]);
});
