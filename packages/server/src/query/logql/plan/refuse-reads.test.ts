// Too much is refused before it is read, over a real store: who reads lines, who need not, and what is known already.
import { setTimeout as pause } from 'node:timers/promises';
import { parseLogql } from '@kubewitness/core/logql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createReferenceSource, type LogQuestion } from '../../../loki/index.ts';
import { NOW_NANOS, openTestStore, type TestStore } from '../../../store/testing/test-store.ts';
import { StoreFactsReader } from '../../store-facts.ts';
import { createStoreEntries } from '../store-entries.ts';
import { createPlannedSource } from './create-planned-source.ts';
import { LineFinds } from './line-finds.ts';
import { RowChecks } from './row-checks.ts';
import { type PlannedOptions, runMetric } from './run-metric.ts';

const never = new AbortController().signal;
const SECOND = 1_000_000_000n;
const END = BigInt(Date.parse('2026-11-20T11:00:00Z')) * 1_000_000n;
const bounds = { tenant: 'audit', startNanos: END - 7200n * SECOND, endNanos: END };
/** Some 30 KB in lines. */
const EVENTS = 60;
const MAX_READ_BYTES = 10_000;

const event = (second: number, verb: string): string =>
  `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"id-${second}","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"${verb}","user":{"username":"u"},"objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-11-20T10:00:00.000000Z","stageTimestamp":"2026-11-20T10:00:${String(second).padStart(2, '0')}.000000Z"}`;

let kept: TestStore;
let options: PlannedOptions;
beforeAll(async () => {
  kept = await openTestStore();
  const { number: newest } = await kept.keep(
    Array.from({ length: EVENTS }, (_, second) => event(second, second % 3 === 0 ? 'get' : 'list')),
  );
  const { database } = kept.store;
  const landings = { newest: () => newest, wait: () => pause(10) };
  const facts = new StoreFactsReader(database, () => newest);
  const limits = { max_execution_time: 60 };
  const reader = { database, landings, clock: () => NOW_NANOS, limits, maxSeconds: 60, facts: () => facts.get() };
  const checks = new RowChecks({ database, landings, limits, mayLand: (batch) => batch < newest });
  options = {
    entries: createStoreEntries({ ...reader, append: async () => ({ ok: true }) }),
    reader,
    checks,
    finds: new LineFinds({ database, limits, newest: (signal) => checks.newest(signal) }),
    isStored: () => true,
    nowNanos: () => NOW_NANOS,
    ...{ maxSeries: 100, maxPoints: 100, maxSamples: 1000, maxReadBytes: MAX_READ_BYTES, alignment: 'none' },
  };
  const watching = new AbortController();
  const watched = checks.watch(watching.signal, (error) => expect.fail(String(error)));
  while (checks.peek()?.labels === undefined) await pause(10);
  watching.abort();
  await watched;
}, 60_000);
afterAll(async () => {
  await kept.close();
});

const open = (changed: Partial<PlannedOptions> = {}) => {
  const asked = { ...options, ...changed };
  return createPlannedSource(createReferenceSource(asked), asked);
};

function parseLog(text: string): LogQuestion['query'] {
  const parsed = parseLogql(text);
  if (!parsed.ok || parsed.query.kind !== 'log') throw new Error(text);
  return parsed.query;
}

const REFUSED =
  /^the query would read too many bytes \(query: 2\d(\.\d)? KiB, limits-max-read-bytes: 9.8 KiB\); consider adding/;

/** Rows, or the sentence. */
async function askLog(text: string, more: Partial<LogQuestion> = {}, changed: Partial<PlannedOptions> = {}) {
  const question = { ...bounds, query: parseLog(text), direction: 'backward', limit: 10, intervalNanos: 0n } as const;
  const answer = await open(changed).runLogQuery({ ...question, ...more }, never);
  if (!answer.ok) return answer.problem.message;
  let rows = 0;
  for await (const batch of answer.value.batches) rows += batch.length;
  return rows;
}

async function askMetric(text: string, changed: Partial<PlannedOptions> = {}) {
  const parsed = parseLogql(text);
  if (!parsed.ok || parsed.query.kind === 'log') throw new Error(text);
  const window = { kind: 'instant', timeNanos: END } as const;
  const answer = await runMetric({ ...options, ...changed }, { tenant: 'audit', query: parsed.query, window }, never);
  return answer.ok ? 'answered' : answer.problem.message;
}

test.each([
  ['{log_type="audit"} |~ "nowhere|none"', {}],
  ['{log_type="audit"} | logfmt | who="x"', {}],
  ['{log_type="audit"} |= "pods"', { limit: 50 }],
  ['{log_type="audit"}', { intervalNanos: 60n * SECOND }],
] as const)('%s reads too many lines', async (text, more) => {
  expect(await askLog(text, more)).toMatch(REFUSED);
  // Sessions among the answer change nothing of it.
  expect(await askLog(text, more, { isStored: () => false })).toMatch(REFUSED);
});

test.each([
  ['the first lines of a selector', '{log_type="audit"}', 10],
  ['nothing is dropped', '{log_type="audit"} | json | line_format "{{.verb}}"', 10],
  ['the answer is soon full', '{log_type="audit"} |= "pods"', 10],
  ['the answer is soon full, as the server finds', '{log_type="audit"} | logfmt | who=""', 10],
  ['columns choose the lines', '{log_type="audit"} | json | verb="get"', 10],
  ['columns choose few lines', '{log_type="audit"} | json | auditID="id-7" |= "pods"', 1],
  ['other streams', '{log_type="audit", cluster="other"} |= "x"', 0],
] as const)('not refused: %s', async (_, text, rows) => {
  expect(await askLog(text)).toBe(rows);
});

test('lines that were looked at before do not count', async () => {
  const text = '{log_type="audit"} |= "id-7"';
  const metric = 'sum(count_over_time({log_type="audit"} |= "id-7" [2h]))';
  expect([await askLog(text), await askMetric(metric)]).toEqual([
    expect.stringMatching(REFUSED),
    expect.stringMatching(REFUSED),
  ]);
  expect(await askLog(text, {}, { maxReadBytes: 2 ** 40 })).toBe(1);
  expect([await askLog(text), await askMetric(metric.replace('[2h]', '[2h] offset 1s'))]).toEqual([1, 'answered']);
});

test('nothing is measured where the days cannot hold too much', async () => {
  const asked = vi.spyOn(options.reader.database, 'rows');
  expect(await askLog('{log_type="audit"} |= "list"', {}, { maxReadBytes: 2 ** 30 })).toBe(10);
  expect(asked).not.toHaveBeenCalled();
  expect(await askLog('{log_type="audit"} |= "post"')).toMatch(REFUSED);
  expect(asked.mock.calls.map(([sql]) => sql)).toEqual([
    expect.stringContaining('sum(line_bytes)'),
    expect.stringContaining('sum(line_bytes)'),
  ]);
  asked.mockRestore();
});

test('metrics in which sessions may be', async () => {
  const text = 'sum(count_over_time({log_type=~".+"} [2h]))';
  expect(await askMetric(text, { isStored: () => false })).toMatch(REFUSED);
  expect(await askMetric(text)).toBe('answered');
});

test('metrics of labels that are read out of lines', async () => {
  const text = 'sum by (verb) (count_over_time({log_type="audit"} | json [2h]))';
  expect(await askMetric(text)).toBe('answered');
  const bodies = text.replace('(verb)', '(verb, requestObject_kind)');
  expect(await askMetric(bodies)).toMatch(REFUSED);
  expect(await askMetric(bodies.replace('| json', '| json | auditID="id-7"'))).toBe('answered');
  const unwrap = 'sum(sum_over_time({log_type="audit"} | json | unwrap requestObject_spec_replicas [2h]))';
  expect(await askMetric(unwrap)).toMatch(REFUSED);
});

test('patterns and fields', async () => {
  const source = open();
  const ask = { ...bounds, query: parseLog('{log_type="audit"}'), limit: 100, lineLimit: 10, stepNanos: SECOND };
  const refused = { ok: false, problem: { status: 400, message: expect.stringMatching(REFUSED) } };
  expect(await source.patterns(ask, never)).toEqual(refused);
  expect(await open({ maxReadBytes: 2 ** 30 }).patterns(ask, never)).toMatchObject({ ok: true });
  expect(await source.detectedFields(ask, never)).toMatchObject({ ok: true });
  const rare = { ...ask, query: parseLog('{log_type="audit"} |= "nowhere"') };
  expect(await source.detectedFields(rare, never)).toEqual(refused);
  expect(await source.detectedFieldValues(rare, 'verb', never)).toEqual(refused);
  // As the reference finds them.
  const some = { ...ask, query: parseLog('{log_type="audit"} |= "list" | json | code!="1"'), lineLimit: 50 };
  const wide = open({ maxReadBytes: 2 ** 30 });
  const reference = createReferenceSource(options);
  expect(await wide.detectedFields(some, never)).toEqual(await reference.detectedFields(some, never));
  expect(await wide.patterns(some, never)).toEqual(await reference.patterns(some, never));
});

test('samples are counted before they are kept, where columns can tell', async () => {
  const wide = { maxReadBytes: 2 ** 40, maxSamples: 30 };
  // The labels that are left come from the lines.
  const unwrap = 'quantile_over_time(0.9, {log_type="audit"} | json | unwrap responseStatus_code [2h]) without (verb)';
  expect(await askMetric(unwrap, wide)).toMatch(
    /^the query would keep too many samples \(query: 60, limits-max-samples: 30\); consider adding .* filters, or reduce/,
  );
  const got = unwrap.replace('| json', '| json | verb="get"');
  expect(await askMetric(got, wide)).toBe('answered');
  expect(await askMetric(got, { ...wide, maxSamples: 10 })).toMatch(/\(query: 20, limits-max-samples: 10\)/);
  // Nobody knows before.
  const captured = unwrap.replace('| json | unwrap responseStatus_code', '| regexp "(?P<n>\\\\d+)" | unwrap n');
  expect(await askMetric(captured, wide)).toMatch(
    /^the query would keep too many samples \(limits-max-samples: 30\); consider adding .* filters, or reduce/,
  );
});
