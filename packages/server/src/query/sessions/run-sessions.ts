// Runs a list of sessions: SessionsRequest -> the newest that fit, the oldest of them first.
import { filterSessions, foldSessions, printSession, type Session } from '@kubewitness/core/sessions';
import type { SessionFilter, SessionsAnswer, SessionsRequest } from '@kubewitness/core/wire';
import { planStreams } from './plan-sessions.ts';
import { MAX_SESSION_ROWS, readSessionRecords, type SessionReading } from './read-session-records.ts';

/** A session has two records as a rule, and most that are read fit; of a question about few of them more is read at once. */
const FIRST_REACH = 600;
const PICKY_REACH = 10_000;
const REACH_GROWTH = 16;
/** Two tries that are one lie this close together. */
const EDGE_NANOS = 10_000_000_000n;

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
