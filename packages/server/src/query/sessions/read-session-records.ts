// The streams of a question and all that tells more about them -> SessionRecords. What else is needed is found out and read while the streams are.
import type { SessionRecord } from '@kubewitness/core/sessions';
import { type Database, quoteTime, type SqlSettings } from '../../store/index.ts';
import { CONTEXT_SETTINGS, findContext, printSelectContext } from './plan-context.ts';
import { printSelectStreams, type StreamsPlan } from './plan-sessions.ts';
import { readSessionRows, readStreamKeys } from './read-session-rows.ts';
import { STREAM_KEY_COLUMNS, type StreamKey } from './session-row.ts';

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
  const [newest, { earlier, ahead }] = await Promise.all([readStreams(first, question), readBeside(older, question)]);
  const rows = newest.length < limit ? [...newest, ...earlier] : newest;
  const context =
    ahead !== undefined && isSame(ahead.keys, newest) ? ahead.context : await readContext(rows, newest, question);
  return { records: [...rows, ...context], streams: rows.length, oldestNanos: rows.at(-1)?.timeNanos ?? 0n };
}

interface Ahead {
  readonly keys: readonly StreamKey[];
  readonly context: readonly SessionRecord[];
}

interface Beside {
  /** Streams of the second plan. */
  readonly earlier: readonly SessionRecord[];
  readonly ahead?: Ahead;
}

/** What can be read while the streams of the first plan are. */
async function readBeside(older: StreamsPlan | undefined, question: Question): Promise<Beside> {
  const needless = new AbortController();
  const signal = AbortSignal.any([question.reading.signal, needless.signal]);
  const aheadComing = readAhead({ ...question, reading: { ...question.reading, signal } });
  aheadComing.catch(() => undefined);
  try {
    if (older === undefined || !(await hasOlder(older, question))) {
      const ahead = await aheadComing;
      return { earlier: [], ...(ahead === undefined ? {} : { ahead }) };
    }
  } finally {
    needless.abort();
  }
  return { earlier: await readStreams(older, question) };
}

/**
 * Many streams take long to read in full, and what else is needed hangs on a few of their columns: these are read first, beside the
 * rest. Not when the second plan has streams, which fill the time; and few streams are soon there.
 */
async function readAhead(question: Question): Promise<Ahead | undefined> {
  const { first, limit, reading } = question;
  if (first.covers === undefined) return undefined;
  const { database, limits, signal, untilBatch } = reading;
  const sql = printSelectStreams(first.where, limit, untilBatch, STREAM_KEY_COLUMNS);
  const keys = await readStreamKeys(database, sql, limits, signal);
  // URIs are long, and only these requests need theirs.
  if (findContext(keys, sinceOf(keys, question)).retries.length > 0) return undefined;
  return { keys, context: await readContext(keys, keys, question) };
}

/** Records may land between two statements: they add rows, or push out the oldest. */
function isSame(keys: readonly StreamKey[], rows: readonly SessionRecord[]): boolean {
  return keys.length === rows.length && [0, -1].every((at) => keys.at(at)?.timeNanos === rows.at(at)?.timeNanos);
}

/** `ofFirst`: those of the rows that the first plan gave, the newest first. */
async function readContext(
  rows: readonly StreamKey[],
  ofFirst: readonly StreamKey[],
  question: Question,
): Promise<readonly SessionRecord[]> {
  const { database, limits, signal, untilBatch } = question.reading;
  const keys = findContext(rows, sinceOf(ofFirst, question));
  const sql = printSelectContext(keys, coveredBy(ofFirst, question), MAX_SESSION_ROWS, untilBatch);
  return sql === undefined ? [] : readSessionRows(database, sql, { ...limits, ...CONTEXT_SETTINGS }, signal);
}

/** All streams since then are read. */
function sinceOf(ofFirst: readonly StreamKey[], { limit, fromNanos }: Question): bigint | undefined {
  return ofFirst.length < limit ? fromNanos : ofFirst.at(-1)?.timeNanos;
}

function coveredBy(ofFirst: readonly StreamKey[], { first, limit }: Question): string | undefined {
  const oldest = ofFirst.length < limit ? undefined : ofFirst.at(-1)?.timeNanos;
  if (first.covers === undefined || oldest === undefined) return first.covers;
  return `${first.covers} AND time > ${quoteTime(oldest)}`;
}

async function hasOlder({ ifBefore }: StreamsPlan, { reading }: Question): Promise<boolean> {
  if (ifBefore === undefined) return true;
  const sql = `SELECT 1 AS older FROM session_records WHERE time < ${ifBefore} LIMIT 1`;
  return (await reading.database.rows(sql, reading.limits, reading.signal)).length > 0;
}

async function readStreams({ where }: StreamsPlan, { limit, reading }: Question): Promise<readonly SessionRecord[]> {
  const { database, limits, signal, untilBatch } = reading;
  return readSessionRows(database, printSelectStreams(where, limit, untilBatch), limits, signal);
}
