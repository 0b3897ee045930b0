// The streams of a question and all that tells more about them -> SessionRecords.
import { printDay } from '@kubewitness/core/event';
import type { SessionRecord } from '@kubewitness/core/sessions';
import { type Database, quoteTime, type SqlSettings } from '../../store/index.ts';
import { CONTEXT_SETTINGS, findContext, printSelectContext } from './plan-context.ts';
import { printSelectStreams, type StreamsPlan } from './plan-sessions.ts';
import { readSessionRows } from './read-session-rows.ts';

export interface SessionReading {
  readonly database: Database;
  readonly limits: SqlSettings;
  readonly signal: AbortSignal;
  readonly nowNanos: bigint;
  /** `2026-11-21`: of the records in the store; absent when nobody has looked. */
  readonly oldestDay?: string | undefined;
  /** Records that landed later are not there yet. */
  readonly untilBatch?: number;
}

/** So many rows are folded at most; a day of a busy cluster has a few thousand. */
export const MAX_SESSION_ROWS = 200_000;

export interface SessionRows {
  /** The streams asked for and all that tells more about them. */
  readonly records: readonly SessionRecord[];
  /** How many streams there are among them, and the time of the oldest. */
  readonly streams: number;
  readonly oldestNanos: bigint;
}

interface Question {
  readonly first: StreamsPlan;
  readonly limit: number;
  readonly fromNanos: bigint | undefined;
  readonly reading: SessionReading;
}

/**
 * The newest `limit` streams of the first plan, and of the second when that is not enough. `fromNanos`: streams before it were not asked
 * for, so a request that came in earlier has another stage to be looked up.
 */
export async function readSessionRecords(
  [first, older]: readonly StreamsPlan[],
  limit: number,
  fromNanos: bigint | undefined,
  reading: SessionReading,
): Promise<SessionRows> {
  if (first === undefined) throw new Error('no plan');
  const question: Question = { first, limit, fromNanos, reading };
  const [newest, earlier] = await Promise.all([readStreams(first, question), readOlder(older, question)]);
  const rows = newest.length < limit ? [...newest, ...earlier] : newest;
  const context = await readContext(rows, newest, question);
  return { records: [...rows, ...context], streams: rows.length, oldestNanos: rows.at(-1)?.timeNanos ?? 0n };
}

async function readOlder(older: StreamsPlan | undefined, question: Question): Promise<readonly SessionRecord[]> {
  return older !== undefined && (await hasOlder(older, question)) ? readStreams(older, question) : [];
}

/** `ofFirst`: those of the rows that the first plan gave, the newest first. */
async function readContext(
  rows: readonly SessionRecord[],
  ofFirst: readonly SessionRecord[],
  question: Question,
): Promise<readonly SessionRecord[]> {
  const { database, limits, signal, untilBatch } = question.reading;
  const keys = findContext(rows, sinceOf(ofFirst, question));
  const sql = printSelectContext(keys, coveredBy(ofFirst, question), MAX_SESSION_ROWS, untilBatch);
  return sql === undefined ? [] : readSessionRows(database, sql, { ...limits, ...CONTEXT_SETTINGS }, signal);
}

/** All streams since then are read. */
function sinceOf(ofFirst: readonly SessionRecord[], { limit, fromNanos }: Question): bigint | undefined {
  return ofFirst.length < limit ? fromNanos : ofFirst.at(-1)?.timeNanos;
}

function coveredBy(ofFirst: readonly SessionRecord[], { first, limit }: Question): string | undefined {
  const oldest = ofFirst.length < limit ? undefined : ofFirst.at(-1)?.timeNanos;
  if (first.covers === undefined || oldest === undefined) return first.covers;
  return `${first.covers} AND time > ${quoteTime(oldest)}`;
}

async function hasOlder({ beforeNanos }: StreamsPlan, { reading }: Question): Promise<boolean> {
  if (beforeNanos === undefined) return true;
  if (reading.oldestDay !== undefined && printDay(beforeNanos) < reading.oldestDay) return false;
  const sql = `SELECT 1 AS older FROM session_records WHERE time < ${quoteTime(beforeNanos)} LIMIT 1`;
  return (await reading.database.rows(sql, reading.limits, reading.signal)).length > 0;
}

async function readStreams({ where }: StreamsPlan, { limit, reading }: Question): Promise<readonly SessionRecord[]> {
  const { database, limits, signal, untilBatch } = reading;
  return readSessionRows(database, printSelectStreams(where, limit, untilBatch), limits, signal);
}
