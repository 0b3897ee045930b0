// Runs `show`: the id of a session -> the session, its records, what its user did around it, and what the pod was.
import { printTime } from '@kubewitness/core/event';
import {
  describePod,
  findSession,
  foldSessions,
  printSession,
  type Session,
  type SessionRecord,
  secondOfSessionId,
} from '@kubewitness/core/sessions';
import type { SessionStep, SessionStory } from '@kubewitness/core/wire';
import { quoteLiteral, quoteTime } from '../../store/index.ts';
import { QueryProblem } from '../query-problem.ts';
import { clamp, EVERY_SESSION, MARGIN_NANOS, planStreams } from './plan-sessions.ts';
import { MAX_SESSION_ROWS, readSessionRecords, type SessionReading } from './read-session-records.ts';

const SECOND_NANOS = 1_000_000_000n;
const AROUND_NANOS = 300_000_000_000n;
const MAX_AROUND = 200;

export async function runSessionStory(id: string, reading: SessionReading): Promise<SessionStory> {
  const second = secondOfSessionId(id);
  const found = second === undefined ? undefined : await readAround(id, second, reading);
  if (found === undefined) {
    throw new QueryProblem(
      'KW_SESSION_NOT_FOUND',
      404,
      `No session has the id ${JSON.stringify(id)}. \`kubewitness sessions\` lists the ids; a session goes with the days that retention drops.`,
    );
  }
  const { session, records } = found;
  const around = await readSteps(session, reading);
  return {
    session: printSession(session, reading.nowNanos),
    records: records.map(printStep),
    around: around.slice(0, MAX_AROUND).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
    moreAround: around.length > MAX_AROUND,
    podWas: [...describePod(session)],
  };
}

async function readAround(
  id: string,
  second: bigint,
  reading: SessionReading,
): Promise<{ session: Session; records: readonly SessionRecord[] } | undefined> {
  const from = quoteTime(clamp(second - MARGIN_NANOS));
  const until = quoteTime(clamp(second + SECOND_NANOS + MARGIN_NANOS));
  const isNear = (column: string): string => `(${column} >= ${from} AND ${column} < ${until})`;
  const every = planStreams({ fromNanos: undefined, untilNanos: undefined, open: false }, EVERY_SESSION);
  const streams = every.map(({ where }) => ({
    where: `${where}\n    AND (${isNear('request_received')} OR ${isNear('time')})`,
  }));
  const { records } = await readSessionRecords(streams, MAX_SESSION_ROWS, undefined, reading);
  const session = findSession(foldSessions(records), id);
  if (session === undefined) return undefined;
  const mine = new Set(session.requests.flatMap((request) => request.records));
  const own = new Map(records.filter(({ recordId }) => mine.has(recordId)).map((record) => [record.recordId, record]));
  return { session, records: [...own.values()].sort((a, b) => (a.timeNanos < b.timeNanos ? -1 : 1)) };
}

function printStep(record: SessionRecord): SessionStep {
  return {
    time: printTime(record.timeNanos),
    verb: record.verb,
    resource: `${record.resource}${record.subresource === '' ? '' : `/${record.subresource}`}`,
    namespace: record.namespace,
    name: record.name,
    stage: record.stage,
    code: record.code,
    requestURI: record.requestUri,
    auditID: record.auditId,
  };
}

/**
 * Finished requests of the same user in the same cluster, those nearest to the start first. The session's own are told apart by their
 * records: who gives all their requests one auditID hides none.
 */
async function readSteps(
  session: Session,
  { database, limits, signal, nowNanos }: SessionReading,
): Promise<SessionStep[]> {
  const { record } = session.main;
  const from = clamp(session.startNanos - AROUND_NANOS);
  const endNanos = session.endNanos ?? (session.state === 'open' ? nowNanos : session.startNanos);
  const own = session.requests.flatMap((request) => request.records.map(quoteLiteral)).join(', ');
  return database.rows<SessionStep>(
    `SELECT toDateTime64(time, 6, 'UTC') AS time, verb, if(subresource = '', resource, concat(resource, '/', subresource)) AS resource,
  namespace, name, stage, code, request_uri AS requestURI, audit_id AS auditID
FROM records
WHERE time >= ${quoteTime(from)} AND time <= ${quoteTime(endNanos + AROUND_NANOS)} AND username = ${quoteLiteral(record.username)}
  AND cluster = ${quoteLiteral(record.cluster)} AND finished AND lower(hex(record_id)) NOT IN (${own})
ORDER BY abs(dateDiff('microsecond', records.time, ${quoteTime(session.startNanos)})), record_id LIMIT ${MAX_AROUND + 1}`,
    { ...limits, prefer_column_name_to_alias: 1, date_time_output_format: 'iso' },
    signal,
  );
}
