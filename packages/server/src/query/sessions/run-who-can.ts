// Runs `who-can`: recorded decisions about exec, attach or debug -> who was granted it by which right, and who was refused.
import { printTime } from '@kubewitness/core/event';
import { type AccessRow, findWhoCan } from '@kubewitness/core/sessions';
import type { Access, WhoCanAnswer, WhoCanRequest } from '@kubewitness/core/wire';
import { quoteLiteral, quoteTime } from '../../store/index.ts';
import { clamp } from './plan-sessions.ts';
import { MAX_SESSION_ROWS, type SessionReading } from './read-session-records.ts';
import { readSessionRows } from './read-session-rows.ts';

export async function runWhoCan(request: WhoCanRequest, reading: SessionReading): Promise<WhoCanAnswer> {
  const { database, limits, signal } = reading;
  const rows = await readSessionRows(database, printSelectDecisions(request), limits, signal);
  const { granted, refused } = findWhoCan(rows, request.verb, request.namespace);
  return {
    verb: request.verb,
    namespace: request.namespace,
    granted: granted.map(printAccess),
    refused: refused.map(printAccess),
    notes: [
      'This is who did, not everybody who could: for that ask the cluster.',
      ...(rows.length >= MAX_SESSION_ROWS
        ? [`Only the newest ${MAX_SESSION_ROWS} decisions were read; narrow the question with --since and --until.`]
        : []),
    ],
  };
}

/** Kubelets, schedulers and controllers decide nothing here, and are most of the rows. */
export function printSelectDecisions({ namespace, fromNanos, untilNanos }: WhoCanRequest): string {
  const parts = [
    "resource IN ('pods', 'nodes') AND subresource IN ('', 'exec', 'attach', 'ephemeralcontainers') AND verb != 'delete'",
    ...(namespace === '' ? [] : [`namespace IN (${quoteLiteral(namespace)}, '')`]),
    ...(fromNanos === undefined ? [] : [`time >= ${quoteTime(clamp(fromNanos))}`]),
    ...(untilNanos === undefined ? [] : [`time < ${quoteTime(clamp(untilNanos))}`]),
  ];
  return `SELECT packed FROM session_records
WHERE ${parts.join('\n  AND ')}
ORDER BY time DESC LIMIT ${MAX_SESSION_ROWS}`;
}

function printAccess(row: AccessRow): Access {
  const { authorization } = row;
  return {
    user: row.user,
    impersonatedBy: row.impersonatedBy,
    groups: [...row.groups],
    cluster: row.cluster,
    namespace: row.namespace,
    action: row.action,
    right: row.right,
    binding: authorization?.binding ?? '',
    bindingKind: authorization?.bindingKind ?? '',
    role: authorization?.role ?? '',
    roleKind: authorization?.roleKind ?? '',
    subject: authorization === undefined ? '' : `${authorization.subjectKind} ${authorization.subject}`,
    count: row.count,
    firstSeen: printTime(row.firstNanos),
    lastSeen: printTime(row.lastNanos),
    message: row.message,
    advice: row.advice,
  };
}
