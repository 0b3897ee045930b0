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
import { planStreams, printSelectReach, printSelectRows, type SessionBounds } from './plan-sessions.ts';
import { readSessionRows } from './read-session-rows.ts';

export interface SessionReading {
  readonly database: Database;
  readonly limits: SqlSettings;
  readonly signal: AbortSignal;
  readonly nowNanos: bigint;
}

/** So many rows are folded at most; a day of a busy cluster has a few thousand. */
export const MAX_SESSION_ROWS = 200_000;
/** A session has two records as a rule, and most that are read fit. */
const FIRST_REACH = 600;
const REACH_GROWTH = 16;

export async function readSessionRecords(
  streams: string,
  { database, limits, signal }: SessionReading,
): Promise<readonly SessionRecord[]> {
  return readSessionRows(database, printSelectRows(streams, MAX_SESSION_ROWS), limits, signal);
}

export async function runSessions(request: SessionsRequest, reading: SessionReading): Promise<SessionsAnswer> {
  const { filter, limit } = request;
  for (let reach = limit === 0 || filter.open ? undefined : Math.max(FIRST_REACH, limit * 6); ; ) {
    const page = await readPage(filter, reach, reading);
    const enough = limit > 0 && page.sessions.length > limit;
    if (page.isWhole || enough || reach === undefined) return answer(page, limit, reading.nowNanos);
    reach = reach * REACH_GROWTH > MAX_SESSION_ROWS ? undefined : reach * REACH_GROWTH;
  }
}

interface Page {
  readonly sessions: readonly Session[];
  /** Nothing older is left. */
  readonly isWhole: boolean;
  readonly isCut: boolean;
}

async function readPage(filter: SessionFilter, reach: number | undefined, reading: SessionReading): Promise<Page> {
  const { fromNanos, untilNanos, open } = filter;
  const asked: SessionBounds = { fromNanos, untilNanos, open };
  const beginning = reach === undefined ? undefined : await findReach(filter, asked, reach, reading);
  const isNarrowed = beginning !== undefined && (fromNanos === undefined || beginning > fromNanos);
  const bounds = isNarrowed ? { ...asked, fromNanos: beginning } : asked;
  const records = await readSessionRecords(planStreams(bounds, filter), reading);
  const isCut = records.length >= MAX_SESSION_ROWS;
  const found = filterSessions(foldSessions(records), filter);
  // What began before the reach is there only in part; the next, wider page has it whole.
  const sessions = isNarrowed ? found.filter(({ startNanos }) => startNanos >= beginning) : found;
  return { sessions, isWhole: !isNarrowed, isCut };
}

async function findReach(
  filter: SessionFilter,
  bounds: SessionBounds,
  reach: number,
  { database, limits, signal }: SessionReading,
): Promise<bigint | undefined> {
  const sql = printSelectReach(planStreams({ ...bounds, fromNanos: undefined }, filter), reach);
  const [row] = await database.rows<{ timeNanos: string }>(sql, limits, signal);
  return row === undefined ? undefined : BigInt(row.timeNanos);
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
