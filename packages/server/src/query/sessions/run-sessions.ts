// Runs a list of sessions: SessionsRequest -> the newest that fit, the oldest of them first.
import {
  filterSessions,
  foldSessions,
  printSession,
  type Session,
  type SessionRecord,
} from '@kubewitness/core/sessions';
import type { SessionFilter, SessionsAnswer, SessionsRequest } from '@kubewitness/core/wire';
import type { Database, SqlSettings } from '../../store/index.ts';
import { CONTEXT_SETTINGS, findContext, printSelectContext } from './plan-context.ts';
import { planStreams, printSelectStreams, type StreamsPlan } from './plan-sessions.ts';
import { readSessionRows } from './read-session-rows.ts';

export interface SessionReading {
  readonly database: Database;
  readonly limits: SqlSettings;
  readonly signal: AbortSignal;
  readonly nowNanos: bigint;
  /** Records that landed later are not there yet. */
  readonly untilBatch?: number;
}

/** So many rows are folded at most; a day of a busy cluster has a few thousand. */
export const MAX_SESSION_ROWS = 200_000;
/** A session has two records as a rule, and most that are read fit; of a question about few of them more is read at once. */
const FIRST_REACH = 600;
const PICKY_REACH = 10_000;
const REACH_GROWTH = 16;
/** Two tries that are one lie this close together. */
const EDGE_NANOS = 10_000_000_000n;

export interface SessionRows {
  /** The streams asked for and all that tells more about them. */
  readonly records: readonly SessionRecord[];
  /** How many streams there are among them, and the time of the oldest. */
  readonly streams: number;
  readonly oldestNanos: bigint;
}

/** `fromNanos`: streams before it were not asked for, so a request that came in earlier has another stage to be looked up. */
export async function readSessionRecords(
  streams: readonly StreamsPlan[],
  limit: number,
  fromNanos: bigint | undefined,
  reading: SessionReading,
): Promise<SessionRows> {
  const { database, limits, signal, untilBatch } = reading;
  const [first = [], ...older] = await Promise.all(streams.map((plan) => readStreams(plan, limit, reading)));
  const rows = first.length < limit ? [...first, ...older.flat()] : first;
  const oldestNanos = rows.at(-1)?.timeNanos ?? 0n;
  const since = first.length < limit ? fromNanos : oldestNanos;
  const sql = printSelectContext(findContext(rows, since), MAX_SESSION_ROWS, untilBatch);
  if (sql === undefined) return { records: rows, streams: rows.length, oldestNanos };
  const context = await readSessionRows(database, sql, { ...limits, ...CONTEXT_SETTINGS }, signal);
  return { records: [...rows, ...context], streams: rows.length, oldestNanos };
}

async function readStreams(
  { where, ifBefore }: StreamsPlan,
  limit: number,
  { database, limits, signal, untilBatch }: SessionReading,
): Promise<readonly SessionRecord[]> {
  if (ifBefore !== undefined) {
    const sql = `SELECT 1 AS older FROM session_records WHERE time < ${ifBefore} LIMIT 1`;
    if ((await database.rows(sql, limits, signal)).length === 0) return [];
  }
  return readSessionRows(database, printSelectStreams(where, limit, untilBatch), limits, signal);
}

export async function runSessions(request: SessionsRequest, reading: SessionReading): Promise<SessionsAnswer> {
  const { filter, limit } = request;
  const { kinds, pods, nodes, users, denied } = filter;
  const isPicky = denied || [kinds, pods, nodes, users].some((choices) => choices.length > 0);
  const first = Math.max(isPicky ? PICKY_REACH : FIRST_REACH, limit * 6);
  let reach = limit === 0 || filter.open ? MAX_SESSION_ROWS : first;
  for (;;) {
    const page = await readPage(filter, reach, reading);
    if (page.isWhole || reach >= MAX_SESSION_ROWS || (limit > 0 && page.sessions.length > limit)) {
      return answer(page, limit, reading.nowNanos);
    }
    reach = Math.min(reach * REACH_GROWTH, MAX_SESSION_ROWS);
  }
}

interface Page {
  readonly sessions: readonly Session[];
  /** Nothing older is left. */
  readonly isWhole: boolean;
  readonly isCut: boolean;
}

async function readPage(filter: SessionFilter, reach: number, reading: SessionReading): Promise<Page> {
  const { fromNanos } = filter;
  const { records, streams, oldestNanos } = await readSessionRecords(
    planStreams(filter, filter),
    reach,
    fromNanos,
    reading,
  );
  const found = filterSessions(foldSessions(records), filter);
  if (streams < reach) return { sessions: found, isWhole: true, isCut: false };
  // What began before the oldest stream is there only in part; a wider page has it whole.
  const sessions = found.filter(({ startNanos }) => startNanos >= oldestNanos + EDGE_NANOS);
  return { sessions, isWhole: false, isCut: reach >= MAX_SESSION_ROWS };
}

function answer({ sessions, isWhole, isCut }: Page, limit: number, nowNanos: bigint): SessionsAnswer {
  const shown = limit === 0 ? sessions : sessions.slice(-limit);
  return {
    sessions: shown.map((session) => printSession(session, nowNanos)),
    more: shown.length < sessions.length || !isWhole,
    notes: isCut
      ? [
          `Only the newest ${MAX_SESSION_ROWS} records of sessions were read; narrow the question with --since and --until.`,
        ]
      : [],
  };
}
