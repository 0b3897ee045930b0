// What else the fold needs about the streams of a question: lives and nodes of pods, other stages, first tries, starts of servers. Records in, SQL out.
import type { SessionRecord } from '@kubewitness/core/sessions';
import { quoteInteger, quoteLiteral, type SqlSettings } from '../../store/index.ts';
import { DEBUG_NAME, printLanded, STREAMS } from './plan-sessions.ts';
import { SESSION_COLUMNS } from './session-row.ts';

/** The second statement names pods; these are far more than a question has. */
export const CONTEXT_SETTINGS: SqlSettings = {
  max_query_size: 67_108_864,
  max_ast_elements: 5_000_000,
  max_expanded_ast_elements: 5_000_000,
};

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
export function printSelectContext(
  keys: ContextKeys,
  limit: number,
  untilBatch: number | undefined,
): string | undefined {
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
WHERE (${parts.join('\n  OR ')})${printLanded(untilBatch)}
ORDER BY time DESC LIMIT ${quoteInteger(limit)}`;
  if (keys.pods.length === 0) return context;
  return `${context}
UNION ALL
SELECT ${SESSION_COLUMNS} FROM session_records
WHERE subresource = 'status' AND ${inPods}${printLanded(untilBatch)}
ORDER BY time LIMIT 1 BY cluster, namespace, name, username, toStartOfMinute(time) LIMIT ${quoteInteger(limit)}`;
}

function printPairs(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map((pair) => `(${pair.map(quoteLiteral).join(', ')})`).join(', ');
}
