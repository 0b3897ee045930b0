// Entries of sessions that land from now on: batches of the store as they come -> what they began and ended, each once, until the signal aborts.
import type { Entry } from '@kubewitness/core/logql';
import { foldSessions, listNewEntries, type SessionEntry } from '@kubewitness/core/sessions';
import type { FreshEntries } from '../../loki/index.ts';
import { followLandings } from '../run/follow-landings.ts';
import type { Landings } from '../run/run-tail.ts';
import { EVERY_SESSION } from './plan-sessions.ts';
import type { SessionReading } from './read-session-records.ts';
import { sortByTime } from './read-session-window.ts';
import { readChanged } from './run-session-tail.ts';

export interface FollowOptions extends Pick<SessionReading, 'database' | 'limits'> {
  readonly landings: Landings;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  /** The newest batch of the past. */
  readonly beginning: Promise<number>;
  readonly print: (entries: readonly SessionEntry[]) => readonly Entry[];
}

/** Entries that are remembered to have been told. */
const MAX_TOLD = 20_000;

export async function* followSessions(
  options: FollowOptions,
  signal: AbortSignal,
): AsyncGenerator<FreshEntries, void, void> {
  const { database, limits, landings, clock, print } = options;
  const told = new Set<string>();
  for await (const { seen, newest } of followLandings(landings, await options.beginning, signal)) {
    const foundNanos = clock();
    const reading = { database, limits, signal, nowNanos: foundNanos };
    yield { entries: newest > seen ? print(await readLanded(seen, newest, told, reading)) : [], foundNanos };
  }
}

/** What the sessions of these batches have become, without what they were before. */
async function readLanded(
  seen: number,
  newest: number,
  told: Set<string>,
  reading: SessionReading,
): Promise<readonly SessionEntry[]> {
  const { records, fresh } = await readChanged(EVERY_SESSION, seen, newest, reading);
  if (records.length === 0) return [];
  const before = foldSessions(records.filter(({ recordId }) => !fresh.has(recordId)));
  const entries = listNewEntries(before, foldSessions(records), told, reading.nowNanos);
  for (const key of told) {
    if (told.size <= MAX_TOLD) break;
    told.delete(key);
  }
  return sortByTime(entries);
}
