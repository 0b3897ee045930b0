// First parse road: plain v1 events, read by the engine. SQL that takes a segment's lines apart; no line becomes a JavaScript object.
import { CALLER_NODE, CALLER_POD } from '@kubewitness/core/formats';
import { quoteInteger, quoteLiteral } from '../sql/quote-literal.ts';

/** What JSONExtract reads; one pass over each line. */
const EVENT_TUPLE = [
  'kind String',
  'apiVersion String',
  'level String',
  'auditID String',
  'stage String',
  'requestURI String',
  'verb String',
  `user Tuple(username String, uid String, groups Array(String), extra Tuple(\`${CALLER_POD}\` Array(String), \`${CALLER_NODE}\` Array(String)))`,
  'impersonatedUser Tuple(username String, groups Array(String))',
  'sourceIPs Array(String)',
  'userAgent String',
  'objectRef Tuple(resource String, namespace String, name String, apiGroup String, apiVersion String, subresource String)',
  'responseStatus Tuple(code UInt16, reason String, message String)',
  'requestReceivedTimestamp String',
  'stageTimestamp String',
  'annotations Map(String, String)',
].join(', ');

const DAY_NANOS = 86_400_000_000_000n;
/** 2014-01-01: before the first audit event of any API server. */
const OLDEST_SECONDS = 1_388_534_400;

/**
 * What an API server writes, and nothing looser: the engine's own reading of times would take `2026}11-20` for one. Years of
 * other centuries may lie outside of what the columns hold.
 */
const TIME_PATTERN = '^20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{6}Z$';

/** Exec, attach and port-forward of a pod; the kubelet's own forms behind its proxy are left to core/event. */
const STREAM_PATTERN = '^/api/v1/namespaces/[^/?]+/pods/[^/?]+/(exec|attach|portforward)(\\?|$)';
const KUBELET_PATTERN = '^/api/v1/(nodes/[^/]+/proxy|proxy/nodes/[^/]+)/(exec|run|attach|portForward|cri)';
/** A query of plain pairs: no `;` (Go drops such pairs), no `#`, every escape whole, no escape in a name. */
const QUERY_PATTERN = '^([A-Za-z]+=([^&;#%]|%[0-9A-Fa-f]{2})*(&|$))*$';

/**
 * The engine's reading counts only for plain v1 events; everything else waits for core/formats: other kinds and
 * versions, odd times and codes, escaped paths, requests to a kubelet, unusual queries of exec and friends, events without
 * objectRef whose URI names a resource, annotations with a key twice. For what is left both roads give the same fields.
 */
const IS_PLAIN = [
  'source > 0',
  "problem = ''",
  "t.kind = 'Event'",
  "t.apiVersion = 'audit.k8s.io/v1'",
  "t.stage IN ('RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic')",
  't.responseStatus.code < 1000',
  `match(t.stageTimestamp, ${quoteLiteral(TIME_PATTERN)})`,
  `(t.requestReceivedTimestamp = '' OR match(t.requestReceivedTimestamp, ${quoteLiteral(TIME_PATTERN)}))`,
  `NOT match(t.requestURI, ${quoteLiteral(KUBELET_PATTERN)})`,
  "position(cutQueryString(t.requestURI), '%') = 0",
  `(stream_query = '' OR (match(stream_query, ${quoteLiteral(QUERY_PATTERN)}) AND isValidUTF8(decodeURLFormComponent(stream_query))))`,
  "NOT (t.objectRef.resource = '' AND match(t.requestURI, '^/*(o?api|apis/[^/?]*)/[^/?]*/'))",
  'length(t.annotations) = length(arrayDistinct(mapKeys(t.annotations)))',
  'at IS NOT NULL',
].join(' AND ');

/** The values of one parameter of a stream's query, decoded, in order. */
function printParameter(name: string): string {
  return `arrayMap(pair -> decodeURLFormComponent(substring(pair, ${name.length + 2})), arrayFilter(pair -> startsWith(pair, ${quoteLiteral(`${name}=`)}), splitByChar('&', stream_query)))`;
}

/** Kubernetes' reading of a boolean parameter: absent, `false` and `0` are false, anything else is true. */
function printFlag(name: string): string {
  const values = printParameter(name);
  return `(notEmpty(${values}) AND lower(${values}[1]) NOT IN ('0', 'false'))`;
}

/**
 * SELECT of the columns that both parse roads give, out of `from` (columns of a segment). A row that is not plain has
 * time 0, and in `status_reason` why it goes to quarantine, if that is known already. Cannot throw for any content of the lines.
 */
export function printReadPlainLines(from: string, recordId: string, nowNanos: bigint): string {
  const newest = quoteInteger((nowNanos + DAY_NANOS) / 1_000_000_000n);
  const inTime = `toUnixTimestamp64Second(ifNull(at, toDateTime64(0, 9, 'UTC'))) BETWEEN ${OLDEST_SECONDS} AND ${newest}`;
  return `SELECT source, position, arrival, line,
  ${IS_PLAIN} AND ${inTime} AS plain,
  if(plain, ifNull(at, toDateTime64(0, 9, 'UTC')), toDateTime64(0, 9, 'UTC')) AS time,
  ifNull(parseDateTime64BestEffortOrNull(t.requestReceivedTimestamp, 9, 'UTC'), toDateTime64(0, 9, 'UTC')) AS request_received,
  t.annotations AS annotations,
  t.level AS level, t.stage AS stage, t.auditID AS audit_id, t.requestURI AS request_uri, t.verb AS verb,
  t.user.username AS username, t.user.uid AS user_uid, t.user.groups AS user_groups,
  t.impersonatedUser.username AS impersonated_username, t.impersonatedUser.groups AS impersonated_groups,
  t.sourceIPs AS source_ips, t.userAgent AS user_agent,
  t.objectRef.resource AS resource, t.objectRef.subresource AS subresource, t.objectRef.namespace AS namespace, t.objectRef.name AS name,
  t.objectRef.apiGroup AS api_group, t.objectRef.apiVersion AS api_version,
  t.responseStatus.code AS code, if(plain, t.responseStatus.reason, problem) AS status_reason,
  ${printParameter('command')} AS exec_command, ${printParameter('container')}[1] AS container,
  t.responseStatus.message AS status_message, t.user.extra.\`${CALLER_POD}\`[1] AS caller_pod, t.user.extra.\`${CALLER_NODE}\`[1] AS caller_node,
  ${printFlag('stdin')} AS stdin, ${printFlag('stdout')} AS stdout, ${printFlag('tty')} AS tty,
  ${recordId} AS record_id
FROM (
  SELECT source, position, arrival, problem, line,
    JSONExtract(line, ${quoteLiteral(`Tuple(${EVENT_TUPLE})`)}) AS t,
    if(match(t.requestURI, ${quoteLiteral(STREAM_PATTERN)}) AND position(t.requestURI, '?') > 0, substring(t.requestURI, position(t.requestURI, '?') + 1), '') AS stream_query,
    parseDateTime64BestEffortOrNull(t.stageTimestamp, 9, 'UTC') AS at
  FROM ${from}
)`;
}
