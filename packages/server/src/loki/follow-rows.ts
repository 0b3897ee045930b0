// A live tail over an EntryStore: the newest entries first, then those that come, each batch in the order of time.
import { setTimeout as pause } from 'node:timers/promises';
import type { Entry, StreamRow } from '@kubewitness/core/logql';
import type { EntryStore } from './entry-store.ts';
import { compileStages, createRow, readRows } from './read-rows.ts';
import { type Answered, answeredWith, type TailQuestion } from './source.ts';

const LATEST_NANOS = 2n ** 63n - 1n;

const byTime = (left: Entry, right: Entry): number =>
  left.timeNanos < right.timeNanos ? -1 : left.timeNanos > right.timeNanos ? 1 : 0;

export function followRows(
  store: EntryStore,
  question: TailQuestion,
  nowNanos: () => bigint,
  signal: AbortSignal,
): Answered<AsyncIterable<readonly StreamRow[]>> {
  const { tenant, query, startNanos, limit, delayMs } = question;
  const compiled = compileStages(query, nowNanos);
  if (!compiled.ok) return compiled;
  const run = compiled.value;

  async function* readBatches(): AsyncIterable<readonly StreamRow[]> {
    // Asked for before the past is read: nothing falls between the two, and nothing is in both.
    const followed = store.follow(tenant, query.matchers, signal);
    const past: StreamRow[] = [];
    const bounds = { tenant, query, startNanos, endNanos: LATEST_NANOS };
    const rows = readRows(followed, { ...bounds, direction: 'backward', limit, intervalNanos: 0n }, nowNanos, signal);
    if (rows.ok) for await (const batch of rows.value.batches) past.push(...batch);
    if (past.length > 0) yield past.reverse();
    for await (const { entries, foundNanos } of followed.coming) {
      const waitMs = delayMs - Number((nowNanos() - foundNanos) / 1_000_000n);
      if (waitMs > 0 && entries.length > 0) await pause(waitMs, undefined, { signal }).catch(() => undefined);
      const fresh = [...entries].sort(byTime);
      yield fresh.flatMap((entry) => {
        const result = run(entry);
        return result === undefined ? [] : [createRow(entry, result)];
      });
    }
  }
  return answeredWith(readBatches());
}
