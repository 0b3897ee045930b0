// The entries of `{log_type="session"}`, computed from session_records when they are asked for: selections in, entries in the order of time out.
import { createStreamMatcher, type Entry, type Labels, type Matcher } from '@kubewitness/core/logql';
import { foldSessions, listNewEntries, listSessionEntries, type SessionEntry } from '@kubewitness/core/sessions';
import type { EntryStore, Selection } from '../../loki/index.ts';
import type { Database, SqlSettings } from '../../store/index.ts';
import type { Landings } from '../run/run-tail.ts';
import { matchesSessions } from './matches-sessions.ts';
import { EVERY_SESSION, planMoments } from './plan-sessions.ts';
import { readChanged } from './run-session-tail.ts';
import { MAX_SESSION_ROWS, readSessionRecords, type SessionReading } from './run-sessions.ts';
import { cutWindows, halveWindow, type TimeWindow } from './session-windows.ts';

type Direction = 'forward' | 'backward';

/** The reading half of a store of entries. What lands after the call of `follow` is told; an empty batch now and then is a sign of life. */
export interface SessionEntries extends Omit<EntryStore, 'append'> {
  /** Whether any entry of a session can be an answer. */
  canMatch(tenant: string, matchers: readonly Matcher[]): boolean;
}

export interface SessionEntriesOptions {
  readonly database: Database;
  readonly limits: SqlSettings;
  readonly landings: Landings;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  /** The tenant that sees what KubeWitness collected. */
  readonly tenant: string;
}

/** Rows that are folded at once; a window that holds more is cut in two. */
const WINDOW_ROWS = 10_000;
const BATCH_ENTRIES = 500;
const BEAT_MILLIS = 10_000;
/** Entries that a live list remembers to have told. */
const MAX_TOLD = 20_000;
const NOTHING: Labels = {};

export function createSessionEntries(options: SessionEntriesOptions): SessionEntries {
  const { database, limits, landings, clock } = options;
  const canMatch = (tenant: string, matchers: readonly Matcher[]): boolean =>
    tenant === options.tenant && matchesSessions(matchers);

  async function* selectEntries(
    { matchers, startNanos, endNanos }: Selection,
    direction: Direction,
    signal: AbortSignal,
  ): AsyncGenerator<readonly SessionEntry[], void, void> {
    const nowNanos = clock();
    const matches = createStreamMatcher(matchers);
    for (const window of cutWindows({ startNanos, endNanos }, direction)) {
      for await (const entries of readWindow(window, direction, { database, limits, signal, nowNanos })) {
        const found = entries.filter(({ labels }) => matches(labels));
        if (found.length > 0) yield found;
      }
    }
  }

  async function* follow(
    matchers: readonly Matcher[],
    begunAt: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Entry[], void, void> {
    const matches = createStreamMatcher(matchers);
    const told = new Set<string>();
    let seen = begunAt;
    while (!signal.aborted) {
      if (landings.newest() <= seen) await landings.wait(seen, BEAT_MILLIS, signal);
      if (signal.aborted) return;
      const newest = landings.newest();
      const nowNanos = clock();
      const reading = { database, limits, signal, nowNanos };
      const entries = newest <= seen ? [] : await readLanded(seen, newest, told, reading);
      yield entries.filter(({ labels }) => matches(labels)).map(printEntry);
      seen = Math.max(seen, newest);
    }
  }

  return {
    canMatch,
    async *select(selection, direction, signal) {
      if (!canMatch(selection.tenant, selection.matchers)) return;
      for await (const found of selectEntries(selection, direction, signal)) {
        for (let at = 0; at < found.length; at += BATCH_ENTRIES) {
          yield found.slice(at, at + BATCH_ENTRIES).map(printEntry);
        }
      }
    },
    async streams(selection, signal) {
      const sets = new Map<string, Labels>();
      // Without a selector the question is which streams there are, and sessions are among them.
      if (selection.matchers.length > 0 && !canMatch(selection.tenant, selection.matchers)) return [];
      if (selection.tenant !== options.tenant) return [];
      for await (const found of selectEntries(selection, 'backward', signal)) {
        for (const { labels } of found) sets.set(JSON.stringify(labels), labels);
      }
      return [...sets.values()];
    },
    follow(tenant, matchers, signal) {
      // What lands between the call and the first reading is told, too.
      return canMatch(tenant, matchers) ? follow(matchers, landings.newest(), signal) : endWith(signal);
    },
  };
}

const printEntry = ({ timeNanos, labels, line }: SessionEntry): Entry => ({
  timeNanos,
  labels,
  metadata: NOTHING,
  line: line(),
});

async function* readWindow(
  window: TimeWindow,
  direction: Direction,
  reading: SessionReading,
): AsyncGenerator<readonly SessionEntry[], void, void> {
  const { startNanos, endNanos } = window;
  const halves = halveWindow(window, direction);
  const reach = halves === undefined ? MAX_SESSION_ROWS : WINDOW_ROWS;
  const { records, streams } = await readSessionRecords(planMoments(startNanos, endNanos), reach, startNanos, reading);
  if (halves !== undefined && streams >= reach) {
    for (const half of halves) yield* readWindow(half, direction, reading);
    return;
  }
  const entries = foldSessions(records)
    .flatMap((session) => listSessionEntries(session, reading.nowNanos))
    .filter(({ timeNanos }) => timeNanos >= startNanos && timeNanos < endNanos);
  const sorted = sortByTime(entries);
  yield direction === 'forward' ? sorted : sorted.reverse();
}

/** Sessions come in the order of their start, and a stable sort keeps those of one moment in it. */
function sortByTime(entries: readonly SessionEntry[]): SessionEntry[] {
  return [...entries].sort((a, b) => (a.timeNanos < b.timeNanos ? -1 : a.timeNanos > b.timeNanos ? 1 : 0));
}

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

/** No session can be an answer: nothing comes until the asker goes. */
async function* endWith(signal: AbortSignal): AsyncGenerator<readonly Entry[], void, void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
