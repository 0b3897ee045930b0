// A live tail over an EntryStore: the newest entries first, then those that come, each batch in the order of time.
import type { StreamRow } from '@kubewitness/core/logql';
import type { EntryStore } from './entry-store.ts';
import { holdBack } from './hold-back.ts';
import { compileStages, createRow, readRows } from './read-rows.ts';
import { type Answered, answeredWith, type TailQuestion } from './source.ts';

const LATEST_NANOS = 2n ** 63n - 1n;

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
    for await (const entries of holdBack(followed.coming, { delayMs, nowNanos, signal })) {
      yield entries.flatMap((entry) => {
        const result = run(entry);
        return result === undefined ? [] : [createRow(entry, result)];
      });
    }
  }
  return answeredWith(readBatches());
}
