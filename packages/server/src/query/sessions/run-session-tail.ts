// Runs a live list: each batch that lands -> the sessions that it began, ended or changed, each state once, until the signal aborts.
import {
  filterSessions,
  foldSessions,
  printSession,
  type Session,
  type SessionRecord,
} from '@kubewitness/core/sessions';
import type { SessionFilter } from '@kubewitness/core/wire';
import { quoteInteger } from '../../store/index.ts';
import { followLandings } from '../run/follow-landings.ts';
import { readNewestBatch } from '../run/newest-batch.ts';
import type { Landings } from '../run/run-tail.ts';
import { planStreams } from './plan-sessions.ts';
import { MAX_SESSION_ROWS, readSessionRecords, type SessionReading } from './read-session-records.ts';

const EMPTY = new Uint8Array(0);
/** Sessions whose last state is remembered; one that ends after so many others is told without having been remembered. */
const MAX_REMEMBERED = 10_000;
/** Streams of the same pods so long before a new record are looked at again: a removed pod or an attach changes what they are. */
const LOOK_BACK = 'toIntervalDay(1)';

export interface SessionTail extends Omit<SessionReading, 'nowNanos'> {
  readonly landings: Landings;
  readonly clock: () => bigint;
}

export async function* runSessionTail(
  filter: SessionFilter,
  tail: SessionTail,
): AsyncGenerator<Uint8Array, void, void> {
  const { landings, signal, clock } = tail;
  const told = new Map<string, string>();
  const beginning = await readNewestBatch(landings, tail.database, tail.limits, signal);
  for await (const { seen, newest } of followLandings(landings, beginning, signal)) {
    if (newest === seen) {
      yield EMPTY;
      continue;
    }
    const nowNanos = clock();
    const { records, fresh } = await readChanged(filter, seen, newest, { ...tail, nowNanos });
    const changed = filterSessions(foldSessions(records), filter).filter(
      (session) => (isOf(session, fresh) || told.has(session.id)) && remember(told, session),
    );
    if (changed.length > 0) {
      yield Buffer.from(changed.map((session) => `${JSON.stringify(printSession(session, nowNanos))}\n`).join(''));
    }
  }
}

export interface Changed {
  /** Of sessions that have a record of the new batches, or whose pod has. */
  readonly records: readonly SessionRecord[];
  /** recordIds of the new batches. */
  readonly fresh: ReadonlySet<string>;
}

function isOf({ requests }: Session, records: ReadonlySet<string>): boolean {
  return requests.some((request) => request.records.some((id) => records.has(id)));
}

export async function readChanged(
  filter: SessionFilter,
  seen: number,
  newest: number,
  reading: SessionReading,
): Promise<Changed> {
  const fresh = `batch > ${quoteInteger(seen)} AND batch <= ${quoteInteger(newest)}`;
  const rows = await reading.database.rows<{ id: string }>(
    `SELECT lower(hex(record_id)) AS id FROM session_records WHERE ${fresh} AND subresource != 'status' LIMIT ${MAX_SESSION_ROWS}`,
    reading.limits,
    reading.signal,
  );
  if (rows.length === 0) return { records: [], fresh: new Set() };
  const of = (columns: string): string =>
    `(${columns}) IN (SELECT ${columns} FROM session_records WHERE ${fresh} AND subresource != 'status')`;
  const recent = `time >= (SELECT min(time) FROM session_records WHERE ${fresh}) - ${LOOK_BACK}`;
  const every = planStreams({ fromNanos: undefined, untilNanos: undefined, open: false }, filter);
  const near = `(${fresh}) OR ${of('cluster, audit_id')} OR (${recent} AND ${of('cluster, namespace, name')})`;
  const streams = every.map(({ where }) => ({ where: `${where}\n    AND (${near})` }));
  const { records } = await readSessionRecords(streams, MAX_SESSION_ROWS, undefined, reading);
  return { records, fresh: new Set(rows.map(({ id }) => id)) };
}

/** Whether this state of the session has not been told yet. */
function remember(told: Map<string, string>, { id, kind, state, endNanos, code }: Session): boolean {
  // A second way that is refused too is the same attempt.
  const facts = `${kind} ${state} ${state === 'attempt' ? code : (endNanos ?? '')}`;
  if (told.get(id) === facts) return false;
  told.delete(id);
  told.set(id, facts);
  const [oldest] = told.keys();
  if (told.size > MAX_REMEMBERED && oldest !== undefined) told.delete(oldest);
  return true;
}
