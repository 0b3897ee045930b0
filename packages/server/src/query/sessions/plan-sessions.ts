// Which rows of session_records a question needs: first those that sessions begin and end with, then what tells more about these. SQL out.
import type { SessionRecord } from '@kubewitness/core/sessions';
import type { Choice, SessionFilter } from '@kubewitness/core/wire';
import { quoteInteger, quoteLiteral, quoteTime, type SqlSettings } from '../../store/index.ts';
import { SESSION_COLUMNS } from './session-row.ts';

/** Names that debugging tools give; core/sessions judges, this only has to let them through. */
const DEBUG_NAME = "match(name, '-debug(-[a-z0-9]{5})?$|^node-debugger-')";
const DEBUG_CREATE = `(resource = 'pods' AND subresource = '' AND verb = 'create' AND ${DEBUG_NAME})`;

/** Records that a session can begin or end with. */
const STREAMS = `(subresource IN ('exec', 'attach', 'portforward', 'ephemeralcontainers', 'proxy') OR verb = 'proxy' OR login_decision != '' OR ${DEBUG_CREATE})`;

/** Began and has no end in the store; debug pods that nobody has attached to count too. */
const OPEN = `((stage = 'ResponseStarted' AND code IN (101, 200) AND audit_id NOT IN (
      SELECT audit_id FROM session_records WHERE stage IN ('ResponseComplete', 'Panic') AND code IN (101, 200, 500) AND (subresource IN ('exec', 'attach', 'portforward', 'proxy') OR verb = 'proxy')))
    OR ${DEBUG_CREATE})`;

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
export function planMoments(fromNanos: bigint, untilNanos: bigint): string {
  const from = quoteTime(clamp(fromNanos - MARGIN_NANOS));
  const until = quoteTime(clamp(untilNanos + MARGIN_NANOS));
  const removed = `SELECT namespace, name FROM session_records WHERE resource = 'pods' AND subresource = '' AND verb = 'delete' AND time >= ${from} AND time < ${until}`;
  return `${STREAMS}
    AND (time >= ${from} OR (${DEBUG_CREATE} AND (namespace, name) IN (${removed})))
    AND ${printBegunBefore(until)}`;
}

/** A record without the time of its request is one that came with it. */
function printBegunBefore(until: string): string {
  return `(request_received < ${until} AND (request_received > toDateTime64(0, 9, 'UTC') OR time < ${until}))`;
}

/** The second statement names pods; these are far more than a question has. */
export const CONTEXT_SETTINGS: SqlSettings = {
  max_query_size: 67_108_864,
  max_ast_elements: 5_000_000,
  max_expanded_ast_elements: 5_000_000,
};

/** The conditions that pick the streams of the sessions asked for. */
export function planStreams(bounds: SessionBounds, filter: SessionFilter): string {
  const { fromNanos, untilNanos, open } = bounds;
  const parts = [STREAMS, ...planEquals(filter)];
  if (open) parts.push(OPEN);
  else if (fromNanos !== undefined) parts.push(`(time >= ${quoteTime(clamp(fromNanos - MARGIN_NANOS))} OR ${OPEN})`);
  if (untilNanos !== undefined) {
    const until = quoteTime(clamp(untilNanos + MARGIN_NANOS));
    parts.push(printBegunBefore(until));
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

/** The newest `limit` rows of streams. */
export function printSelectStreams(streams: string, limit: number): string {
  return `SELECT ${SESSION_COLUMNS} FROM session_records
WHERE ${streams}
ORDER BY time DESC LIMIT ${quoteInteger(limit)}`;
}

export interface ContextKeys {
  /** Tuples of namespace and name; clusters are told apart by the fold. */
  readonly pods: readonly (readonly [namespace: string, name: string])[];
  /** Tuples of namespace and user: creations without a name may be theirs. */
  readonly users: readonly (readonly [namespace: string, username: string])[];
  /** auditIDs of requests whose beginning was not read. */
  readonly auditIds: readonly string[];
  /** Tuples of user and URI: over SPDY, so perhaps asked over WebSocket just before, by a request that was not read. */
  readonly retries: readonly (readonly [username: string, requestUri: string])[];
  /** Something has no end, so a start of its API server matters. */
  readonly anyOpen: boolean;
}

/** What else the fold needs about these streams; `fromNanos`: the time since which all streams were read. */
export function findContext(streams: readonly SessionRecord[], fromNanos: bigint | undefined): ContextKeys {
  const pods = new Map<string, readonly [string, string]>();
  const users = new Map<string, readonly [string, string]>();
  const ended = new Set<string>();
  for (const { namespace, name, username, stage, auditId, resource, requestUri } of streams) {
    if (stage !== 'ResponseStarted') ended.add(auditId);
    for (const pod of resource === 'pods' ? [[namespace, name] as const] : podOfPath(requestUri)) {
      pods.set(`${pod[0]}\n${pod[1]}`, pod);
      if (/-debug|^node-debugger-/.test(pod[1])) users.set(`${namespace}\n${username}`, [namespace, username]);
    }
  }
  const early = streams.filter(({ requestReceivedNanos: at }) => fromNanos !== undefined && at < fromNanos);
  const retries = early.filter(({ verb }) => verb === 'create');
  return {
    pods: [...pods.values()],
    users: [...users.values()],
    auditIds: [...new Set(early.map(({ auditId }) => auditId))],
    retries: [...new Map(retries.map((one) => [`${one.username}\n${one.requestUri}`, one])).values()].map(
      ({ username, requestUri }) => [username, requestUri] as const,
    ),
    anyOpen: streams.some(({ stage, auditId }) => stage === 'ResponseStarted' && !ended.has(auditId)),
  };
}

/** Namespace and pod of a request through the kubelet: two of the segments behind the word. */
function podOfPath(uri: string): readonly (readonly [string, string])[] {
  const segments = (uri.split('?', 1)[0] ?? '').split('/').slice(6);
  const [namespace, name] = segments.length >= 3 ? segments.slice(1) : [];
  return namespace === undefined || name === undefined ? [] : [[namespace, name]];
}

/**
 * The lives of the pods, where these ran, creations without a name, other stages, and starts of API servers; undefined when
 * nothing is needed. A kubelet reports many times; one report a minute tells as much.
 */
export function printSelectContext(keys: ContextKeys, limit: number): string | undefined {
  const inPods = `(namespace, name) IN (${printPairs(keys.pods)})`;
  const parts = [
    ...(keys.pods.length === 0
      ? []
      : [
          `(resource = 'pods' AND subresource IN ('', 'binding', 'ephemeralcontainers') AND verb != 'get' AND ${inPods})`,
          `(resource = 'pods' AND subresource IN ('exec', 'attach') AND ${DEBUG_NAME} AND ${inPods})`,
        ]),
    ...(keys.users.length === 0
      ? []
      : [
          `(resource = 'pods' AND subresource = '' AND verb = 'create' AND name = '' AND (namespace, username) IN (${printPairs(keys.users)}))`,
        ]),
    ...(keys.auditIds.length === 0
      ? []
      : [`(${STREAMS} AND audit_id IN (${keys.auditIds.map(quoteLiteral).join(', ')}))`]),
    ...(keys.retries.length === 0
      ? []
      : [`(${STREAMS} AND verb = 'get' AND code >= 400 AND (username, request_uri) IN (${printPairs(keys.retries)}))`]),
    ...(keys.anyOpen ? ['starting'] : []),
  ];
  if (parts.length === 0) return undefined;
  const context = `SELECT ${SESSION_COLUMNS} FROM session_records
WHERE ${parts.join('\n  OR ')}
ORDER BY time DESC LIMIT ${quoteInteger(limit)}`;
  if (keys.pods.length === 0) return context;
  return `${context}
UNION ALL
SELECT ${SESSION_COLUMNS} FROM session_records
WHERE subresource = 'status' AND ${inPods}
ORDER BY time LIMIT 1 BY cluster, namespace, name, username, toStartOfMinute(time) LIMIT ${quoteInteger(limit)}`;
}

function printPairs(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map((pair) => `(${pair.map(quoteLiteral).join(', ')})`).join(', ');
}

export function clamp(nanos: bigint): bigint {
  return nanos < 0n ? 0n : nanos;
}
