// Which rows of session_records a question needs: those of the sessions themselves, and what tells more about their pods. SQL out.
import type { Choice, SessionFilter } from '@kubewitness/core/wire';
import { quoteInteger, quoteLiteral, quoteTime } from '../../store/index.ts';
import { SESSION_COLUMNS } from './session-row.ts';

/** Names that debugging tools give; core/sessions judges, this only has to let them through. */
const DEBUG_NAME = "match(name, '-debug(-[a-z0-9]{5})?$|^node-debugger-')";

/** Records that a session can begin or end with. */
const STREAMS = `((resource = 'pods' AND (subresource IN ('exec', 'attach', 'portforward', 'ephemeralcontainers') OR (subresource = '' AND verb = 'create' AND ${DEBUG_NAME})))
    OR (resource = 'nodes' AND NOT (subresource = '' AND verb = 'get')) OR login_decision != '')`;

/** Began and has no end in the store; debug pods that nobody has attached to count too. */
const OPEN = `((stage = 'ResponseStarted' AND code IN (101, 200) AND audit_id NOT IN (SELECT audit_id FROM session_records WHERE stage IN ('ResponseComplete', 'Panic')))
    OR (subresource = '' AND verb = 'create' AND ${DEBUG_NAME}))`;

/** What belongs to a session lies this close to it: the creation before an attach, the first try before the second. */
const MARGIN_NANOS = 900_000_000_000n;

export interface SessionBounds {
  /** Sessions that were going on at or after this. */
  readonly fromNanos: bigint | undefined;
  readonly untilNanos: bigint | undefined;
  readonly open: boolean;
}

/** The conditions that pick the streams of the sessions asked for; the rest follows from these. */
export function planStreams(bounds: SessionBounds, filter: SessionFilter): string {
  const { fromNanos, untilNanos, open } = bounds;
  const parts = [STREAMS, ...planEquals(filter)];
  if (open) parts.push(OPEN);
  else if (fromNanos !== undefined) parts.push(`(time >= ${quoteTime(clamp(fromNanos - MARGIN_NANOS))} OR ${OPEN})`);
  if (untilNanos !== undefined) {
    const until = quoteTime(clamp(untilNanos));
    parts.push(`(request_received < ${until} AND (request_received > toDateTime64(0, 9, 'UTC') OR time < ${until}))`);
  }
  return parts.join('\n    AND ');
}

/** Of users and namespaces that are named; everything else is left to the fold, which knows more than one record does. */
function planEquals(filter: SessionFilter): readonly string[] {
  const users = wantedTexts(filter.users);
  const namespaces = wantedTexts(filter.namespaces);
  return [
    ...(users === undefined
      ? []
      : [`(username IN (${users}) OR impersonated_username IN (${users}) OR login_name IN (${users}))`]),
    // Through the kubelet the namespace stands in the path of the request.
    ...(namespaces === undefined ? [] : [`(namespace IN (${namespaces}) OR resource = 'nodes')`]),
  ];
}

function wantedTexts(choices: readonly Choice[]): string | undefined {
  const texts = choices.flatMap(({ negated, match }) => (!negated && match.kind === 'equals' ? [match.text] : []));
  return texts.length === 0 || texts.length < choices.length ? undefined : texts.map(quoteLiteral).join(', ');
}

/** The time of the `count`-th newest stream: how far back a page of sessions reaches. */
export function printSelectReach(streams: string, count: number): string {
  return `SELECT toString(toUnixTimestamp64Nano(time)) AS timeNanos FROM session_records
WHERE ${streams} ORDER BY time DESC LIMIT 1 OFFSET ${quoteInteger(count)}`;
}

/**
 * All rows that the fold needs for the streams: both stages, the lives of their pods, where these ran, and starts of API servers.
 * A kubelet reports many times; one a minute tells as much. `limit` rows at most, the newest first.
 */
export function printSelectRows(streams: string, limit: number): string {
  const of = (columns: string): string => `(${columns}) IN (SELECT ${columns} FROM session_records WHERE ${streams})`;
  const inPods = of('cluster, namespace, name');
  return `SELECT ${SESSION_COLUMNS} FROM session_records
WHERE (${STREAMS} AND ${of('cluster, audit_id')})
  OR (resource = 'pods' AND subresource IN ('', 'binding', 'ephemeralcontainers') AND verb != 'get' AND name != '' AND ${inPods})
  OR (resource = 'pods' AND subresource IN ('exec', 'attach') AND ${DEBUG_NAME} AND ${inPods})
  OR (resource = 'pods' AND subresource = '' AND verb = 'create' AND name = '' AND ${of('cluster, namespace, username')})
  OR starting
ORDER BY time DESC LIMIT ${quoteInteger(limit)}
UNION ALL
SELECT ${SESSION_COLUMNS} FROM session_records
WHERE subresource = 'status' AND ${inPods}
ORDER BY time LIMIT 1 BY cluster, namespace, name, username, toStartOfMinute(time) LIMIT ${quoteInteger(limit)}`;
}

export function clamp(nanos: bigint): bigint {
  return nanos < 0n ? 0n : nanos;
}
