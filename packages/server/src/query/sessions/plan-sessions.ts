// Which rows of session_records a question begins with: those that sessions begin and end with. Bounds and filters in, SQL out.
import type { Choice, SessionFilter } from '@kubewitness/core/wire';
import { quoteInteger, quoteLiteral, quoteTime } from '../../store/index.ts';

/** Names that debugging tools give; core/sessions judges, this only has to let them through. */
export const DEBUG_NAME = "match(name, '-debug(-[a-z0-9]{5})?$|^node-debugger-')";
const DEBUG_CREATE = `(resource = 'pods' AND subresource = '' AND verb = 'create' AND ${DEBUG_NAME})`;

/** Records that a session can begin or end with. Most rows are reports of kubelets, which the order of the table leaves out at once. */
export const STREAMS = `(subresource != 'status' AND (subresource IN ('exec', 'attach', 'portforward', 'ephemeralcontainers', 'proxy') OR verb = 'proxy' OR login_decision != '' OR ${DEBUG_CREATE}))`;

/**
 * Began and has no end in the store, or none before a time; debug pods that nobody has attached to count too. Clients choose auditIDs,
 * so one that has ended before hides nothing: nobody chooses when a request came in.
 */
function printOpen(before: string): string {
  return `((stage = 'ResponseStarted' AND code IN (101, 200) AND (audit_id, request_received) NOT IN (
      SELECT audit_id, request_received FROM session_records WHERE ${before}stage IN ('ResponseComplete', 'Panic') AND code IN (101, 200, 500) AND (subresource IN ('exec', 'attach', 'portforward', 'proxy') OR verb = 'proxy')))
    OR ${DEBUG_CREATE})`;
}

/** What belongs to a session lies this close to it: the creation before an attach, the first try before the second, the attach after a container. */
export const MARGIN_NANOS = 900_000_000_000n;

export const EVERY_SESSION: SessionFilter = {
  kinds: [],
  users: [],
  namespaces: [],
  pods: [],
  nodes: [],
  clusters: [],
  open: false,
  denied: false,
  fromNanos: undefined,
  untilNanos: undefined,
};

export interface StreamsPlan {
  readonly where: string;
  /** Nanoseconds since 1970: not worth asking when the store has nothing older, which costs little to see. */
  readonly beforeNanos?: bigint;
  /** Every stream for which this holds is among the rows; absent when users or namespaces were chosen. */
  readonly covers?: string;
}

export interface SessionBounds {
  /** Sessions that were going on at or after this. */
  readonly fromNanos: bigint | undefined;
  readonly untilNanos: bigint | undefined;
  readonly open: boolean;
}

/**
 * The conditions that pick the streams of sessions that began or ended in a window. One that is open all along has no part in it;
 * a debug pod that nobody attached to ends with its deletion.
 */
export function planMoments(fromNanos: bigint, untilNanos: bigint): readonly StreamsPlan[] {
  const beforeNanos = clamp(fromNanos - MARGIN_NANOS);
  const from = quoteTime(beforeNanos);
  const until = quoteTime(clamp(untilNanos + MARGIN_NANOS));
  const covers = `time >= ${from} AND ${printBegunBefore(until)}`;
  const removed = `SELECT namespace, name FROM session_records WHERE resource = 'pods' AND subresource = '' AND verb = 'delete' AND time >= ${from} AND time < ${until}`;
  return [
    { where: `${covers}\n    AND ${STREAMS}`, covers },
    { where: `time < ${from} AND ${DEBUG_CREATE} AND (namespace, name) IN (${removed})`, beforeNanos },
  ];
}

/** A record without the time of its request is one that came with it. */
function printBegunBefore(until: string): string {
  return `(request_received < ${until} AND (request_received > toDateTime64(0, 9, 'UTC') OR time < ${until}))`;
}

/**
 * The conditions that pick the streams of the sessions asked for, in two lists where those that began before the bounds are looked for
 * apart: both are read at once, and the second holds nothing but older records.
 */
export function planStreams(bounds: SessionBounds, filter: SessionFilter): readonly StreamsPlan[] {
  const { fromNanos, untilNanos, open } = bounds;
  const until = untilNanos === undefined ? [] : [printBegunBefore(quoteTime(clamp(untilNanos + MARGIN_NANOS)))];
  const chosen = planEquals(filter);
  const streams = [...until, STREAMS, ...chosen].join('\n    AND ');
  if (open) return [{ where: `${streams}\n    AND ${printOpen('')}` }];
  const cover = (window: readonly string[]) => (chosen.length > 0 ? {} : { covers: [...window, 'true'].join(' AND ') });
  if (fromNanos === undefined) return [{ where: streams, ...cover(until) }];
  const beforeNanos = clamp(fromNanos - MARGIN_NANOS);
  const from = quoteTime(beforeNanos);
  const earlier = `time < ${from} AND `;
  return [
    { where: `time >= ${from} AND ${streams}`, ...cover([`time >= ${from}`, ...until]) },
    { where: `${earlier}${streams}\n    AND ${printOpen(earlier)}`, beforeNanos },
  ];
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

/** What landed up to a batch; everything without one. */
export const printLanded = (untilBatch: number | undefined): string =>
  untilBatch === undefined ? '' : ` AND batch <= ${quoteInteger(untilBatch)}`;

/** The newest `limit` rows of streams. */
export function printSelectStreams(streams: string, limit: number, untilBatch: number | undefined): string {
  return `SELECT packed FROM session_records
WHERE ${streams}${printLanded(untilBatch)}
ORDER BY time DESC LIMIT ${quoteInteger(limit)}`;
}

export function clamp(nanos: bigint): bigint {
  return nanos < 0n ? 0n : nanos;
}
