// `{log_type="session"}` against a real engine: the fold over all records at once is the oracle; LogQL over it as Loki's API asks.
import { createStreamMatcher, type Matcher, parseLogql } from '@kubewitness/core/logql';
import { foldSessions, listSessionEntries } from '@kubewitness/core/sessions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReferenceSource } from '../../loki/index.ts';
import { createMemoryEntries } from '../../loki/testing/memory-entries.ts';
import { readRecording, readSessionLogs } from '../../store/testing/session-logs.ts';
import { NOW_NANOS, openTestStore, type TestStore } from '../../store/testing/test-store.ts';
import { readSessionRows } from './read-session-rows.ts';
import { createSessionEntries, type SessionEntries } from './session-entries.ts';
import { withSessions } from './with-sessions.ts';

interface Told {
  readonly timeNanos: bigint;
  readonly labels: Readonly<Record<string, string>>;
  readonly line: string;
}

const never = new AbortController().signal;
const EPOCH = { startNanos: 0n, endNanos: NOW_NANOS + 1n };
let store: TestStore;
let sessions: SessionEntries;
let all: readonly Told[];
let newest = 0;
let wake = () => {};

beforeAll(async () => {
  store = await openTestStore();
  await keep(readSessionLogs());
  const { database } = store.store;
  sessions = createSessionEntries({
    database,
    limits: {},
    landings: {
      newest: () => newest,
      wait: (number, _millis, signal) =>
        new Promise((resolve) => {
          wake = resolve;
          if (newest > number) resolve();
          signal.addEventListener('abort', () => resolve());
        }),
    },
    clock: () => NOW_NANOS,
    tenant: 'audit',
  });
  const records = await readSessionRows(database, `SELECT packed FROM session_records`, {}, never);
  all = foldSessions(records)
    .flatMap((session) => listSessionEntries(session, NOW_NANOS))
    .map(({ timeNanos, labels, line }) => ({ timeNanos, labels, line: line() }))
    .sort((a, b) => (a.timeNanos < b.timeNanos ? -1 : a.timeNanos > b.timeNanos ? 1 : 0));
}, 120_000);
afterAll(() => store.close());

async function keep(lines: readonly string[]): Promise<void> {
  const reports = await store.keepAll(Buffer.from(`${lines.join('\n')}\n`));
  newest = reports.at(-1)?.number ?? newest;
  wake();
}

function matchersOf(selector: string): readonly Matcher[] {
  const parsed = parseLogql(selector);
  if (!parsed.ok || parsed.query.kind !== 'log') throw new Error(selector);
  return parsed.query.matchers;
}

async function select(selector: string, span = EPOCH, direction: 'forward' | 'backward' = 'forward'): Promise<Told[]> {
  const found: Told[] = [];
  const selection = { tenant: 'audit', matchers: matchersOf(selector), ...span };
  for await (const batch of sessions.select(selection, direction, never)) {
    found.push(...batch.map(({ timeNanos, labels, line }) => ({ timeNanos, labels, line })));
  }
  return found;
}

test.each([
  '{log_type="session"}',
  '{log_type="session", event="ended"}',
  '{log_type=~"audit|session", kind!="exec"}',
  '{log_type="session", kind=~"debug-.*", cluster="test"}',
])('%s is the fold over everything, both ways', async (selector) => {
  const matches = createStreamMatcher(matchersOf(selector));
  const expected = all.filter(({ labels }) => matches(labels));
  expect(expected.length).toBeGreaterThan(1);
  expect(await select(selector)).toEqual(expected);
  expect((await select(selector, EPOCH, 'backward')).reverse()).toEqual(expected);
});

test('each window has what began and what ended in it', { timeout: 120_000 }, async () => {
  const times = [...new Set(all.map(({ timeNanos }) => timeNanos))];
  for (const [at, startNanos] of times.entries()) {
    if (at % 14 !== 0) continue;
    const endNanos = times[at + 9] ?? NOW_NANOS;
    expect(await select('{log_type="session"}', { startNanos, endNanos })).toEqual(
      all.filter(({ timeNanos }) => timeNanos >= startNanos && timeNanos < endNanos),
    );
  }
});

test('streams: those that sessions have; nothing for others, nor for who did not ask', async () => {
  const streams = await sessions.streams({ tenant: 'audit', matchers: [], ...EPOCH }, never);
  expect(new Set(streams.map((labels) => labels['kind']))).toEqual(new Set(all.map(({ labels }) => labels['kind'])));
  expect(streams[0]).toMatchObject({ log_type: 'session', cluster: 'test', component: 'kube-apiserver' });
  expect(await sessions.streams({ tenant: 'team-a', matchers: [], ...EPOCH }, never)).toEqual([]);
  expect(await select('{cluster="test"}')).toEqual([]);
  expect(sessions.canMatch('team-a', matchersOf('{log_type="session"}'))).toBe(false);
});

test('LogQL over sessions: lines, filters, counts and labels', async () => {
  const entries = withSessions(createMemoryEntries(), sessions);
  const limits = { maxSeries: 500, maxPoints: 11_000, maxSamples: 100_000 };
  const source = createReferenceSource({ entries, ...limits, alignment: 'none', nowNanos: () => NOW_NANOS });
  const ask = { tenant: 'audit', ...EPOCH };
  const parsed = parseLogql('{log_type="session", event="started"} | json | user="system:admin" | code=101');
  if (!parsed.ok || parsed.query.kind !== 'log') throw new Error('no log query');
  const answer = await source.runLogQuery(
    { ...ask, query: parsed.query, direction: 'forward', limit: 100, intervalNanos: 0n },
    never,
  );
  if (!answer.ok) throw new Error(answer.problem.message);
  const kinds: (string | undefined)[] = [];
  for await (const batch of answer.value.batches) kinds.push(...batch.map(({ stream }) => stream['kind']));
  expect(kinds).toEqual(['exec', 'debug-pod', 'attach', 'debug-node']);
  const metric = parseLogql('sum by (kind) (count_over_time({log_type="session", event="started"}[100y]))');
  if (!metric.ok || metric.query.kind === 'log') throw new Error('no metric query');
  const window = { kind: 'instant', timeNanos: NOW_NANOS } as const;
  const counted = await source.runMetricQuery({ tenant: 'audit', query: metric.query, window }, never);
  if (!counted.ok || counted.value.result.kind !== 'vector') throw new Error('no vector');
  const attach = counted.value.result.samples.find(({ labels }) => labels['kind'] === 'attach');
  expect(attach?.value).toBe(
    all.filter(({ labels }) => labels['kind'] === 'attach' && labels['event'] === 'started').length,
  );
  expect(await source.labelValues({ ...ask, matchers: [] }, 'log_type', never)).toEqual(['session']);
  expect(await source.labelValues({ ...ask, matchers: [] }, 'event', never)).toEqual(['attempt', 'ended', 'started']);
});

test('a live list: what was there when it began, then the start and the end of a session once each', async () => {
  const stop = new AbortController();
  const matchers = matchersOf('{log_type="session"}');
  const followed = sessions.follow('audit', matchers, stop.signal);
  const coming = followed.coming[Symbol.asyncIterator]();
  const next = async () => {
    const step = await coming.next();
    return step.done === true
      ? ['end']
      : step.value.entries.map(({ labels }) => `${labels['kind']} ${labels['event']}`);
  };
  const readPast = async () => {
    const past: Told[] = [];
    const selection = { tenant: 'audit', matchers, startNanos: 0n, endNanos: 2n ** 63n - 1n };
    for await (const batch of followed.select(selection, 'forward', never)) past.push(...batch);
    return past.map(({ timeNanos, labels, line }) => ({ timeNanos, labels, line }));
  };
  const lines = readRecording('metadata-all').filter((line) => line.includes('/pods/shell/exec?command=sleep'));
  const late = lines.map((line) => line.replaceAll('2026-11-20T', '2026-11-21T'));
  const of = (stage: string) => late.filter((line) => line.includes(stage));
  expect(await readPast()).toEqual(all);
  // Landed before the first batch is asked for: it comes, and does not stand in the past.
  await keep(of('ResponseStarted'));
  expect(await readPast()).toEqual(all);
  expect(await next()).toEqual(['exec started']);
  const silent = next();
  await keep(of('RequestReceived'));
  expect(await silent).toEqual([]);
  const ended = next();
  await keep(of('ResponseComplete'));
  expect(await ended).toEqual(['exec ended']);
  const end = next();
  stop.abort();
  expect(await end).toEqual(['end']);
});
