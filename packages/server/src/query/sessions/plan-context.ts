// What else the fold needs about the streams of a question: lives and nodes of pods, other stages, first tries, starts of servers. Records in, SQL out.
import type { SessionRecord } from '@kubewitness/core/sessions';
import { quoteInteger, quoteLiteral, type SqlSettings } from '../../store/index.ts';
import { DEBUG_NAME, printLanded, STREAMS } from './plan-sessions.ts';

/** The second statement names pods; these are far more than a question has. */
export const CONTEXT_SETTINGS: SqlSettings = {
  max_query_size: 67_108_864,
  max_ast_elements: 5_000_000,
  max_expanded_ast_elements: 5_000_000,
};

export interface ContextKeys {
  /** Names of pods; namespaces and clusters are told apart by the fold. */
  readonly pods: readonly string[];
  /** Creations without a name may be theirs. */
  readonly users: readonly string[];
  /** auditIDs of requests whose beginning was not read. */
  readonly auditIds: readonly string[];
  /** Tuples of user and URI: over SPDY, so perhaps asked over WebSocket just before, by a request that was not read. */
  readonly retries: readonly (readonly [username: string, requestUri: string])[];
  /** Something has no end, so a start of its API server matters. */
  readonly anyOpen: boolean;
}

/** What else the fold needs about these streams; `fromNanos`: the time since which all streams were read. */
export function findContext(streams: readonly SessionRecord[], fromNanos: bigint | undefined): ContextKeys {
  const pods = new Set<string>();
  const users = new Set<string>();
  const ended = new Set<string>();
  for (const record of streams) {
    const { name, username, stage, resource, requestUri } = record;
    if (stage !== 'ResponseStarted') ended.add(keyOf(record));
    const pod = resource === 'pods' ? name : podOfPath(requestUri);
    if (pod !== '') pods.add(pod);
    if (/-debug|^node-debugger-/.test(pod)) users.add(username);
  }
  const early = streams.filter(({ requestReceivedNanos: at }) => fromNanos !== undefined && at < fromNanos);
  const retries = early.filter(({ verb }) => verb === 'create');
  return {
    pods: [...pods],
    users: [...users],
    auditIds: [...new Set(early.map(({ auditId }) => auditId))],
    retries: [...new Map(retries.map((one) => [`${one.username}\n${one.requestUri}`, one])).values()].map(
      ({ username, requestUri }) => [username, requestUri] as const,
    ),
    anyOpen: streams.some((record) => record.stage === 'ResponseStarted' && !ended.has(keyOf(record))),
  };
}

/** Clients choose auditIDs, nobody chooses when a request came in. */
const keyOf = ({ auditId, requestReceivedNanos }: SessionRecord): string => `${auditId}\n${requestReceivedNanos}`;

/** The pod of a request through the kubelet: the second segment behind the word. */
function podOfPath(uri: string): string {
  const segments = (uri.split('?', 1)[0] ?? '').split('/').slice(6);
  return segments.length >= 3 ? (segments[2] ?? '') : '';
}

/**
 * The lives of the pods, where these ran, creations without a name, other stages, and starts of API servers; undefined when
 * nothing is needed. A kubelet reports many times; one report a minute tells as much. `covered`: holds for streams that were read.
 */
export function printSelectContext(
  keys: ContextKeys,
  covered: string | undefined,
  limit: number,
  untilBatch: number | undefined,
): string | undefined {
  const unread = covered === undefined ? '' : ` AND NOT (${covered})`;
  const parts = [
    ...(keys.pods.length === 0
      ? []
      : [
          `(resource = 'pods' AND name IN ${printTexts(keys.pods)} AND (
      (subresource IN ('', 'binding', 'ephemeralcontainers') AND verb != 'get') OR subresource = 'status'
      OR (subresource IN ('exec', 'attach')${unread} AND ${DEBUG_NAME})))`,
        ]),
    ...(keys.users.length === 0
      ? []
      : [
          `(resource = 'pods' AND subresource = '' AND verb = 'create' AND name = '' AND username IN ${printTexts(keys.users)})`,
        ]),
    ...(keys.auditIds.length === 0 ? [] : [`(${STREAMS} AND audit_id IN ${printTexts(keys.auditIds)})`]),
    ...(keys.retries.length === 0
      ? []
      : [`(${STREAMS} AND verb = 'get' AND code >= 400 AND (username, request_uri) IN (${printPairs(keys.retries)}))`]),
    ...(keys.anyOpen ? ['starting'] : []),
  ];
  if (parts.length === 0) return undefined;
  return `SELECT packed FROM session_records
WHERE (${parts.join('\n  OR ')})${printLanded(untilBatch)}
ORDER BY time DESC LIMIT 1 BY cluster, namespace, name, username, if(subresource = 'status', toStartOfMinute(time), toDateTime(0, 'UTC')), if(subresource = 'status', toFixedString('', 16), record_id)
LIMIT ${quoteInteger(limit)}`;
}

/** One literal, however many there are: the engine takes longer to read a list of them than to answer. */
function printTexts(texts: readonly string[]): string {
  return `JSONExtract(${quoteLiteral(JSON.stringify(texts))}, 'Array(String)')`;
}

function printPairs(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map((pair) => `(${pair.map(quoteLiteral).join(', ')})`).join(', ');
}
