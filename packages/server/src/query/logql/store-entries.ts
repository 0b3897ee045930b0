// The EntryStore of a real server: entries, streams and sums out of the database, pushes into the spool.
import type { Appended, EntryStore } from '../../loki/index.ts';
import type { Database, SqlSettings } from '../../store/index.ts';
import type { StoreFacts } from '../plan/plan-filter.ts';
import type { Landings } from '../run/run-tail.ts';
import { followEntries } from './follow-entries.ts';
import { type EntryReader, selectEntries } from './select-entries.ts';
import { selectStreams, selectSums } from './stream-sums.ts';

export interface StoreEntriesOptions {
  readonly database: Database;
  readonly landings: Landings;
  readonly facts: () => Promise<StoreFacts>;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  /** Settings of every statement: memory and time. */
  readonly limits: SqlSettings;
  readonly maxSeconds: number;
  readonly isEmpty?: EntryReader['isEmpty'];
  readonly append: (tenant: string, streams: Parameters<EntryStore['append']>[1]) => Promise<Appended>;
}

export function createStoreEntries(options: StoreEntriesOptions): EntryStore {
  const { landings, clock } = options;
  const reader: EntryReader = options;
  return {
    append: (tenant, streams) => options.append(tenant, streams),
    select: (selection, direction, signal) => selectEntries(reader, { selection, direction }, signal),
    streams: (selection, signal) => selectStreams(reader, selection, signal),
    sums: (selection, stepNanos, signal) => selectSums(reader, selection, stepNanos, signal),
    follow: (tenant, matchers, signal) => followEntries({ reader, landings, clock }, tenant, matchers, signal),
  };
}
