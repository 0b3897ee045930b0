// Entries that land from now on: batches of the store as they come -> their matching entries, each once, until the signal aborts.
import type { Matcher } from '@kubewitness/core/logql';
import type { FollowedEntries, FreshEntries, Selection } from '../../loki/index.ts';
import { followLandings } from '../run/follow-landings.ts';
import { readNewestBatch } from '../run/newest-batch.ts';
import type { Landings } from '../run/run-tail.ts';
import { type EntryReader, selectEntries } from './select-entries.ts';

/** The whole time the store can hold. */
const EVER = { startNanos: 0n, endNanos: 2n ** 63n - 1n };

export interface FollowOptions {
  readonly reader: EntryReader;
  readonly landings: Landings;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
}

export function followEntries(
  options: FollowOptions,
  tenant: string,
  matchers: readonly Matcher[],
  signal: AbortSignal,
): FollowedEntries {
  const { reader, landings, clock } = options;
  // Read at once and once: what lies before and what comes afterwards meet there.
  const beginning = readNewestBatch(landings, reader.database, reader.limits, signal);
  beginning.catch(() => undefined);

  async function* select(selection: Selection, direction: 'forward' | 'backward', until: AbortSignal) {
    const conditions = [`batch <= ${await beginning}`];
    yield* selectEntries(reader, { selection, direction, conditions }, until);
  }

  async function* come(): AsyncGenerator<FreshEntries, void, void> {
    for await (const { seen, newest } of followLandings(landings, await beginning, signal)) {
      const foundNanos = clock();
      if (newest > seen) {
        const conditions = [`batch > ${seen}`, `batch <= ${newest}`];
        const selection = { tenant, matchers, ...EVER };
        const wanted = { selection, direction: 'forward', conditions, few: true } as const;
        for await (const entries of selectEntries(reader, wanted, signal)) yield { entries, foundNanos };
      } else yield { entries: [], foundNanos };
    }
  }
  return { select, coming: come() };
}
