// What is known of rows across a crash: a batch that was cut short is completed by its replay, and the odd rows that come with it are found.
import { setTimeout as pause } from 'node:timers/promises';
import { createEnvelopePrinter } from '@kubewitness/core/formats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStore, TEST_SOURCE, type TestStore } from '../../../store/testing/test-store.ts';
import { RowChecks } from './row-checks.ts';

let kept: TestStore;
beforeEach(async () => {
  kept = await openTestStore();
});
afterEach(async () => {
  await kept.close();
});

const never = new AbortController().signal;
const event = (second: number): string =>
  `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"id-${second}","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"get","user":{"username":"u"},"objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-11-20T10:00:00.000000Z","stageTimestamp":"2026-11-20T10:00:${String(second).padStart(2, '0')}.000000Z"}`;
/** A key that comes twice, first with a list, which is no label. */
const odd = (second: number): string => event(second).replace('"verb":', '"verb":["x"],"verb":');

/** A server that has just started: it was told of no batch. */
function start(firstComing: number, isReplayed: boolean) {
  const { database } = kept.store;
  const told = { newest: 0 };
  const landings = { newest: () => told.newest, wait: () => pause(10) };
  const mayLand = (batch: number) => (isReplayed && told.newest < firstComing) || told.newest > batch;
  const checks = new RowChecks({ database, landings, limits: {}, mayLand, firstComing });
  return { checks, told };
}

/** Until all that is told of was looked at. */
async function look(checks: RowChecks, until: number): Promise<void> {
  const watching = new AbortController();
  const watched = checks.watch(watching.signal, (error) => expect.fail(String(error)));
  const reached = async () => (await checks.get(never)).checkedBatch >= until;
  for (let tries = 0; tries < 200 && !(await reached()); tries++) await pause(20);
  watching.abort();
  await watched;
  expect((await checks.get(never)).checkedBatch).toBe(until);
}

test('a batch that a crash cut short is looked at when its replay has told of it', async () => {
  const { number: first } = await kept.keep([event(1)]);
  const { number: cut } = await kept.keep([event(2), event(3)]);
  const { checks, told } = start(cut, true);
  await look(checks, first);
  // Some of its rows are there, and nobody takes them for known.
  expect(await checks.get(never)).toMatchObject({ hasUnchecked: true, odd: undefined });
  expect(checks.peek()).toBeUndefined();
  expect(await checks.newest(never)).toEqual({ batch: first, isTold: false });

  const inner = kept.store;
  const insert = inner.insertSegments.bind(inner);
  inner.insertSegments = (waiting, signal) =>
    insert(
      waiting.map((segment) => ({ ...segment, number: cut })),
      signal,
    );
  await kept.keep([event(2), event(3), odd(4)]);
  expect(await inner.database.rows(`SELECT toUInt32(count()) AS n FROM records WHERE batch = ${cut}`)).toEqual([
    { n: 3 },
  ]);
  told.newest = cut;
  await look(checks, cut);
  expect(await checks.get(never)).toMatchObject({ hasUnchecked: false, odd: { rows: 1 } });
  expect(checks.peek()).toMatchObject({ checkedBatch: cut });
});

test('what the last run did not look at is not taken for known before it was', async () => {
  const { number: first } = await kept.keep([event(1)]);
  const before = start(first + 1, false);
  await look(before.checks, first);
  const print = createEnvelopePrinter('audit', { app: 'shop' });
  const pushed = { ...TEST_SOURCE, kind: 'push', name: 'push/audit' } as const;
  const { number: last } = await kept.keep([print({ timeNanos: 1n, line: 'pushed', metadata: {} })], pushed);

  const { checks } = start(last + 1, false);
  expect(await checks.get(never)).toMatchObject({ checkedBatch: first, hasUnchecked: true });
  expect(checks.peek()).toBeUndefined();
  expect(await checks.hasLater(await checks.get(never), never)).toBe(true);
  await look(checks, last);
  expect(await checks.get(never)).toMatchObject({ hasUnchecked: false, pushed: { rows: 1 } });
});
