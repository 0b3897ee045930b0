// Entries as they land -> the same, a while later and in the order of time: who is late by less than that still comes in its place.
import { setTimeout as pause } from 'node:timers/promises';
import type { Entry } from '@kubewitness/core/logql';
import type { FreshEntries } from './entry-store.ts';

/** With more than this held back, what lands waits in the store. */
const MAX_HELD = 20_000;

interface Held {
  readonly entries: readonly Entry[];
  readonly dueNanos: bigint;
}

export interface HoldOptions {
  readonly delayMs: number;
  readonly nowNanos: () => bigint;
  readonly signal: AbortSignal;
}

const byTime = (left: Entry, right: Entry): number =>
  left.timeNanos < right.timeNanos ? -1 : left.timeNanos > right.timeNanos ? 1 : 0;

const latestOf = (entries: readonly Entry[]): bigint =>
  entries.reduce((latest, { timeNanos }) => (timeNanos > latest ? timeNanos : latest), 0n);

/** Splits what is held when the first of it is due: what goes now, and what is neither due nor older than that. */
function takeDue(held: readonly Held[], first: Held): { readonly due: Entry[]; readonly rest: Held[] } {
  const isDue = ({ dueNanos }: Held): boolean => dueNanos <= first.dueNanos;
  const latest = latestOf(held.filter(isDue).flatMap(({ entries }) => entries));
  const goes = ({ timeNanos }: Entry): boolean => timeNanos <= latest;
  const due = held.flatMap(({ entries }) => entries.filter(goes));
  const rest = held.map((one) => ({ ...one, entries: one.entries.filter((entry) => !goes(entry)) }));
  return { due, rest: rest.filter(({ entries }) => entries.length > 0) };
}

/** Each batch in the order of time; an empty one is a sign of life and is not held back. */
export async function* holdBack(
  coming: AsyncIterable<FreshEntries>,
  { delayMs, nowNanos, signal }: HoldOptions,
): AsyncGenerator<readonly Entry[], void, void> {
  if (delayMs === 0) {
    for await (const { entries } of coming) yield [...entries].sort(byTime);
    return;
  }
  const reader = coming[Symbol.asyncIterator]();
  const timers = new AbortController();
  const read = (): Promise<IteratorResult<FreshEntries>> => {
    const step = reader.next();
    // Looked at later; until then it must not count as unhandled.
    step.catch(() => undefined);
    return step;
  };
  const startTimer = (one: Held): Promise<undefined> =>
    pause(Math.max(0, Number((one.dueNanos - nowNanos()) / 1_000_000n)), undefined, {
      signal: AbortSignal.any([signal, timers.signal]),
    }).catch(() => undefined);
  let held: readonly Held[] = [];
  let timer: Promise<undefined> | undefined;
  let next: Promise<IteratorResult<FreshEntries>> | undefined = read();
  try {
    while (!signal.aborted) {
      const step = await Promise.race([next, timer].filter((one) => one !== undefined));
      const first = held[0];
      if (step?.done === true) return;
      if (step !== undefined) {
        const { entries, foundNanos } = step.value;
        if (entries.length === 0) yield entries;
        else held = [...held, { entries, dueNanos: foundNanos + BigInt(delayMs) * 1_000_000n }];
        next = undefined;
      } else if (first !== undefined) {
        const { due, rest } = takeDue(held, first);
        held = rest;
        timer = undefined;
        yield due.sort(byTime);
      }
      if (held[0] !== undefined) timer ??= startTimer(held[0]);
      if (held.reduce((sum, { entries }) => sum + entries.length, 0) < MAX_HELD) next ??= read();
    }
  } finally {
    timers.abort();
    // It may be waiting for what lands, and ends when the tail does.
    void reader.return?.().catch(() => undefined);
  }
}
