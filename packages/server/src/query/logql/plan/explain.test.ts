// Explain over a real store: what it says was pushed down is what the engine did, and what would read too much is told before.
import { setTimeout as pause } from 'node:timers/promises';
import { parseLogql } from '@kubewitness/core/logql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReferenceSource } from '../../../loki/index.ts';
import { NOW_NANOS, openTestStore, type TestStore } from '../../../store/testing/test-store.ts';
import { StoreFactsReader } from '../../store-facts.ts';
import { createStoreEntries } from '../store-entries.ts';
import { explain } from './explain.ts';
import { LineFinds } from './line-finds.ts';
import { RowChecks } from './row-checks.ts';
import { type MetricTrace, type PlannedOptions, runMetric } from './run-metric.ts';

const never = new AbortController().signal;
const SECOND = 1_000_000_000n;
const END = BigInt(Date.parse('2026-11-20T11:00:00Z')) * 1_000_000n;

const event = (second: number, verb: string): string =>
  `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"id-${second}","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"${verb}","user":{"username":"u"},"objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-11-20T10:00:00.000000Z","stageTimestamp":"2026-11-20T10:00:${String(second).padStart(2, '0')}.000000Z"}`;

let kept: TestStore;
let options: PlannedOptions;
beforeAll(async () => {
  kept = await openTestStore();
  await kept.keep(Array.from({ length: 60 }, (_, second) => event(second, second % 3 === 0 ? 'get' : 'list')));
  // A key that comes twice, first with a list, which is no label.
  await kept.keep([event(1, 'get').replace('"verb":', '"verb":["x"],"verb":').replace('id-1', 'id-odd')]);
  const { database } = kept.store;
  const rows = await database.rows<{ batch: number }>('SELECT max(batch) AS batch FROM records');
  const newest = rows[0]?.batch ?? 0;
  const landings = { newest: () => newest, wait: () => pause(10) };
  const facts = new StoreFactsReader(database, () => newest);
  const limits = { max_execution_time: 60 };
  const reader = { database, landings, clock: () => NOW_NANOS, limits, maxSeconds: 60, facts: () => facts.get() };
  const checks = new RowChecks({ database, landings, limits });
  options = {
    entries: createStoreEntries({ ...reader, append: async () => ({ ok: true }) }),
    reader,
    checks,
    finds: new LineFinds({ database, limits, newest: (signal) => checks.newest(signal) }),
    isStored: () => true,
    nowNanos: () => NOW_NANOS,
    ...{ maxSeries: 100, maxPoints: 100, maxSamples: 1000, maxReadBytes: 2 ** 40, alignment: 'none' },
  };
  // Nobody looked at the rows yet: they are few, and read line by line.
  expect((await options.checks.get(never)).hasUnchecked).toBe(true);
}, 60_000);
afterAll(async () => {
  await kept.close();
});

async function ask(text: string) {
  const parsed = parseLogql(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const { query } = parsed;
  const bounds = { startNanos: END - 7200n * SECOND, endNanos: END };
  const answer = await explain(
    options,
    query.kind === 'log'
      ? { kind: 'log', tenant: 'audit', query, ...bounds, direction: 'backward', limit: 10, intervalNanos: 0n }
      : { kind: 'metric', tenant: 'audit', query, window: { kind: 'instant', timeNanos: END } },
    never,
  );
  if (!answer.ok) throw new Error(answer.problem.message);
  return answer.value;
}

function parseMetric(text: string) {
  const parsed = parseLogql(text);
  if (!parsed.ok || parsed.query.kind === 'log') throw new Error('no metric');
  return { query: parsed.query };
}

test('before and after the rows were looked at', async () => {
  const text = 'sum by (verb) (count_over_time({log_type="audit"} | json [2h])) > 1';
  const before = await ask(text);
  expect(before).toMatchObject({ pushed: 'partly', answered: 2, kind: 'metric' });
  expect(before.plan.map(({ depth, runs }) => [depth, runs])).toEqual([
    [0, 'server'],
    [1, 'engine'],
    [2, 'both'],
    [3, 'engine'],
    [3, 'both'],
    [1, 'server'],
  ]);
  const watching = new AbortController();
  const watched = options.checks.watch(watching.signal, (error) => expect.fail(String(error)));
  while ((await options.checks.get(never)).hasUnchecked) await pause(10);
  watching.abort();
  await watched;
  const after = await ask(text);
  expect(after).toMatchObject({ pushed: 'partly', answered: 2 });
  // The one line that its columns do not speak for.
  expect(after.plan[2]).toMatchObject({ runs: 'both', why: expect.stringContaining('; 2 entries') });
  const [sums, rest] = after.statements;
  expect(sums).toMatchObject({ purpose: 'partial sums', rows: expect.any(Number) });
  expect(sums?.sql).toContain('GROUP BY verb');
  expect(rest?.sql).toContain('time IN (SELECT time FROM odd_rows');
  expect(JSON.stringify(after.ast)).toContain('"rangeNanos":"7200000000000"');
});

test.each([
  'topk(3, sum by (auditID) (count_over_time({log_type="audit"} | json [50s])))',
  'bottomk(1, sum by (verb) (rate({log_type="audit"} | json [50s])))',
  'topk(1, sum by (verb) (bytes_over_time({log_type="audit"} | json [50s]))) or vector(1)',
])('%s: the engine hands out the first alone', async (text) => {
  const parsed = parseLogql(text);
  if (!parsed.ok || parsed.query.kind === 'log') throw new Error('no metric');
  const timeNanos = END - 3541n * SECOND;
  const question = { tenant: 'audit', query: parsed.query, window: { kind: 'instant', timeNanos } } as const;
  const trace: MetricTrace = { statements: [], ranges: [] };
  const answer = await runMetric(options, question, never, trace);
  const wanted = await createReferenceSource(options).runMetricQuery(question, never);
  expect(trace.statements.map(({ sql }) => sql)).toEqual([expect.stringContaining('WITH TIES')]);
  expect(answer.ok && answer.value.result).toEqual(wanted.ok && wanted.value.result);
  expect(answer.ok && answer.value.result).toMatchObject({ samples: expect.arrayContaining([expect.anything()]) });
});

const TOO_LONG = 'requestObject_a_name_of_more_words_than_are_looked_for';

test('who does what is what was done', async () => {
  const told = async (text: string) => (await ask(text)).plan.map(({ runs }) => runs);
  // The first seconds have a line that its columns do not speak for.
  const late = '[5m] offset -5m';
  expect(await told(`sum by (${TOO_LONG}) (count_over_time({log_type="audit"} | json | verb="get" ${late}))`)).toEqual([
    'server',
    'both',
    'engine',
    'server',
    'engine',
  ]);
  expect(await told('stddev_over_time({log_type="audit"} | json | unwrap responseStatus_code [2h]) by (verb)')).toEqual(
    [...['both', 'engine', 'both']],
  );
});

test.each([
  'quantile_over_time(0.5, {log_type="audit"} | json | unwrap responseStatus_code [50s]) by (verb)',
  'avg_over_time({log_type="audit"} | json c="responseStatus.code" | unwrap c [50s]) by (verb)',
  'first_over_time({log_type="audit"} | json | unwrap responseStatus_code [50s]) by (verb)',
  'last_over_time({log_type="audit"} | json | label_format c="{{.responseStatus_code}}" | unwrap c [50s]) by (verb)',
  'sum by (x, __error__) (count_over_time({log_type="audit"} | json | label_format x="{{.verb}}" [50s]))',
  'count by (verb) (count_over_time({log_type="audit"} | json [50s]))',
  'avg by (verb) (bytes_over_time({log_type="audit"} |= "u" | json [50s]))',
  'max(avg_over_time({log_type="audit"} | json | unwrap responseStatus_code [50s]))',
  'sum by (v) (count_over_time({log_type="audit"} | json v="verb" | line_format "{{.v}}" [50s]))',
])('%s: no line is read', async (text) => {
  const parsed = parseLogql(text);
  if (!parsed.ok || parsed.query.kind === 'log') throw new Error('no metric');
  const timeNanos = END - 3541n * SECOND;
  const question = { tenant: 'audit', query: parsed.query, window: { kind: 'instant', timeNanos } } as const;
  const trace: MetricTrace = { statements: [], ranges: [] };
  const answer = await runMetric(options, question, never, trace);
  const wanted = await createReferenceSource(options).runMetricQuery(question, never);
  expect(trace.ranges).toMatchObject([{ why: '', entries: 0 }]);
  expect(trace.statements.every(({ sql }) => !sql.includes('RowBinary'))).toBe(true);
  expect(answer.ok && answer.value.result).toEqual(wanted.ok && wanted.value.result);
  expect(answer.ok && answer.value.result).toMatchObject({ samples: expect.arrayContaining([expect.anything()]) });
});

test("a value that is no number is the reference's to tell", async () => {
  const parsed = parseLogql('avg_over_time({log_type="audit"} | json | unwrap verb [50s])');
  if (!parsed.ok || parsed.query.kind === 'log') throw new Error('no metric');
  const timeNanos = END - 3541n * SECOND;
  const question = { tenant: 'audit', query: parsed.query, window: { kind: 'instant', timeNanos } } as const;
  expect(await runMetric(options, question, never)).toEqual(
    await createReferenceSource(options).runMetricQuery(question, never),
  );
});

test('lines that differ in lists alone have one series', async () => {
  const twin = event(40, 'watch').replace('"objectRef"', '"sourceIPs":["10.0.0.1"],"objectRef"');
  await kept.keep([twin, twin.replace('10.0.0.1', '10.0.0.2')]);
  const { query } = parseMetric('count by (verb) (count_over_time({log_type="audit"} | json [20s]))');
  const timeNanos = END - 3550n * SECOND;
  const question = { tenant: 'audit', query, window: { kind: 'instant', timeNanos } } as const;
  const answer = await runMetric(options, question, never);
  expect(answer).toMatchObject({
    value: { result: { samples: [{ value: 6 }, { value: 14 }, { labels: { verb: 'watch' }, value: 1 }] } },
  });
});

test('log queries', async () => {
  const whole = await ask('{log_type="audit"} |= "id-7" | json');
  expect(whole).toMatchObject({ kind: 'log', pushed: 'wholly', answered: 1 });
  const [looked, read] = whole.statements.slice(-2);
  expect(looked?.sql).toContain("position(line, 'id-7') > 0");
  expect(read?.sql).toContain('(time, record_id) IN');
  // Nothing is new, so no line is looked at again.
  const again = await ask('{log_type="audit"} |= "id-7" | json');
  expect(again).toMatchObject({ pushed: 'wholly', answered: 1, statements: [{ rows: expect.any(Number) }] });
  expect(again.statements[0]?.sql).toMatch(
    /^SELECT .* metadata, hex\(concat\(.*, record_id\)\) FROM records .*\(time, record_id\) IN/,
  );
  // Which lines those are does not depend on what is written of them; both is done where they are printed.
  const written = await ask('{log_type="audit"} |= "id" | json | line_format "{{.verb}}"');
  expect(written).toMatchObject({ pushed: 'wholly', answered: 10 });
  expect(written.plan.map(({ part, runs }) => [part, runs])).toEqual([
    ['{log_type="audit"} |= "id" | json | line_format "{{.verb}}"', 'engine'],
    ['{log_type="audit"}', 'engine'],
    ['|= "id"', 'engine'],
    ['| json', 'server'],
    ['| line_format "{{.verb}}"', 'server'],
  ]);
  expect(await ask('{log_type="audit"} |= "id" | json | line_format "{{.verb | upper}}"')).toMatchObject({
    pushed: 'partly',
    answered: 10,
  });
  expect(await ask('{log_type="audit"} | logfmt')).toMatchObject({ pushed: 'not', answered: 10 });
});

test('too much is refused before it is read, with the name of the limit', async () => {
  const parsed = parseLogql('sum(count_over_time({log_type="audit"} |= "x" [2h]))');
  if (!parsed.ok || parsed.query.kind === 'log') throw new Error('no metric');
  const question = { tenant: 'audit', query: parsed.query, window: { kind: 'instant', timeNanos: END } } as const;
  const answer = await runMetric({ ...options, maxReadBytes: 1000 }, question, never);
  expect(answer).toMatchObject({
    ok: false,
    problem: { status: 400, message: expect.stringContaining('limits-max-read-bytes: 1000 B); consider') },
  });
  // What columns answer reads no line.
  const columns = parseLogql('sum(count_over_time({log_type="audit"} [2h]))');
  if (!columns.ok || columns.query.kind === 'log') throw new Error('no metric');
  expect(
    await runMetric({ ...options, maxReadBytes: 1000 }, { ...question, query: columns.query }, never),
  ).toMatchObject({ ok: true });
});
