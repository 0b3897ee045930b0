// The entries of `{log_type="session"}`, computed from session_records when they are asked for: selections in, entries in the order of time out.
import { createStreamMatcher, type Entry, type Labels, type Matcher, sumStreams } from '@kubewitness/core/logql';
import type { SessionEntry } from '@kubewitness/core/sessions';
import type { EntryStore, Selection } from '../../loki/index.ts';
import type { Database, SqlSettings } from '../../store/index.ts';
import { readNewestBatch } from '../run/newest-batch.ts';
import type { Landings } from '../run/run-tail.ts';
import { followSessions } from './follow-sessions.ts';
import { matchesSessions } from './matches-sessions.ts';
import { readSessionWindow } from './read-session-window.ts';
import { cutWindows } from './session-windows.ts';

/** The reading half of a store of entries. */
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

const BATCH_ENTRIES = 500;
/** No record is stored with a time more than a day ahead: small windows begin where entries are. */
const AHEAD_NANOS = 2n * 86_400_000_000_000n;
const NOTHING: Labels = {};

/** One object for each stream of one question. */
type Streams = Map<string, Labels>;

export function createSessionEntries(options: SessionEntriesOptions): SessionEntries {
  const { database, limits, landings, clock } = options;
  const canMatch = (tenant: string, matchers: readonly Matcher[]): boolean =>
    tenant === options.tenant && matchesSessions(matchers);

  async function* find(
    { matchers, startNanos, endNanos }: Selection,
    direction: 'forward' | 'backward',
    signal: AbortSignal,
    untilBatch?: number,
  ): AsyncGenerator<readonly SessionEntry[], void, void> {
    const matches = createStreamMatcher(matchers);
    const nowNanos = clock();
    const reading = { database, limits, signal, nowNanos, ...(untilBatch === undefined ? {} : { untilBatch }) };
    const latestNanos = nowNanos + AHEAD_NANOS;
    const span = { startNanos, endNanos: endNanos < latestNanos ? endNanos : latestNanos };
    for (const window of cutWindows(span, direction)) {
      for await (const entries of readSessionWindow(window, direction, reading)) {
        yield entries.filter(({ labels }) => matches(labels));
      }
    }
  }

  /** Printed a few at a time: whoever has enough stops, and most questions want the newest only. */
  async function* select(
    selection: Selection,
    direction: 'forward' | 'backward',
    signal: AbortSignal,
    untilBatch?: number,
  ): AsyncGenerator<readonly Entry[], void, void> {
    const streams: Streams = new Map();
    for await (const found of find(selection, direction, signal, untilBatch)) {
      for (let at = 0; at < found.length; at += BATCH_ENTRIES) {
        yield found.slice(at, at + BATCH_ENTRIES).map((entry) => printEntry(entry, streams));
      }
    }
  }

  /** Without a selector the question is which streams there are, and sessions are among them. */
  const hasStreams = ({ tenant, matchers }: Selection): boolean =>
    tenant === options.tenant && (matchers.length === 0 || matchesSessions(matchers));

  return {
    canMatch,
    async *select(selection, direction, signal) {
      if (canMatch(selection.tenant, selection.matchers)) yield* select(selection, direction, signal);
    },
    async streams(selection, signal) {
      if (!hasStreams(selection)) return [];
      const streams: Streams = new Map();
      for await (const found of find(selection, 'backward', signal)) {
        for (const { labels } of found) keepStream(labels, streams);
      }
      return [...streams.values()];
    },
    async sums(selection, stepNanos, signal) {
      if (!hasStreams(selection)) return [];
      const entries: Entry[] = [];
      for await (const found of select(selection, 'forward', signal)) entries.push(...found);
      return sumStreams(entries, stepNanos);
    },
    follow(tenant, matchers, signal) {
      // Read at once and once: what lies before and what comes afterwards meet there.
      const beginning = readNewestBatch(landings, database, limits, signal);
      beginning.catch(() => undefined);
      const mayMatch = canMatch(tenant, matchers);
      const matches = createStreamMatcher(matchers);
      const print = (found: readonly SessionEntry[]): readonly Entry[] => {
        const streams: Streams = new Map();
        const wanted = found.filter(({ labels }) => mayMatch && matches(labels));
        return wanted.map((entry) => printEntry(entry, streams));
      };
      return {
        async *select(selection, direction, until) {
          if (canMatch(selection.tenant, selection.matchers)) {
            yield* select(selection, direction, until, await beginning);
          }
        },
        coming: followSessions({ database, limits, landings, clock, beginning, print }, signal),
      };
    },
  };
}

function keepStream(labels: Labels, streams: Streams): Labels {
  const key = JSON.stringify(labels);
  const known = streams.get(key) ?? labels;
  streams.set(key, known);
  return known;
}

function printEntry({ timeNanos, labels, line }: SessionEntry, streams: Streams): Entry {
  return { timeNanos, labels: keepStream(labels, streams), metadata: NOTHING, line: line() };
}
