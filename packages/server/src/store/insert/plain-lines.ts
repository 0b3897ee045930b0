// First parse road: plain v1 events, read by the engine. SQL that takes the lines of segments apart; no line becomes a JavaScript object.
import { CALLER_NODE, CALLER_POD } from '@kubewitness/core/formats';
import { allOf, anyOf } from '../sql/conditions.ts';
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
const STREAM_PATTERN = '^/api/v1/namespaces/[^/?]+/pods/[^/?]+/(exec|attach|portforward)/*(\\?|$)';
const KUBELET_PATTERN = '^/api/v1/(nodes/[^/]+/proxy|proxy/nodes/[^/]+)/(exec|run|attach|portForward|cri)';
/** A query of plain pairs: no `;` (Go drops such pairs), no `#`, every escape whole, no escape in a name. */
const QUERY_PATTERN = '^([A-Za-z]+=([^&;#%]|%[0-9A-Fa-f]{2})*(&|$))*$';

/**
 * The engine's reading counts only for plain v1 events; everything else waits for core/formats: other kinds and
 * versions, odd times and codes, escaped paths, requests to a kubelet, unusual queries of exec and friends, events without
 * objectRef whose URI names a resource, annotations with a key twice. For what is left both roads give the same fields.
 */
const IS_PLAIN = [
  "problem = ''",
  "kind = 'Event'",
  "event_version = 'audit.k8s.io/v1'",
  "stage IN ('RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic')",
  'code < 1000',
  `match(stage_time, ${quoteLiteral(TIME_PATTERN)})`,
  anyOf(["received = ''", `match(received, ${quoteLiteral(TIME_PATTERN)})`]),
  `NOT match(request_uri, ${quoteLiteral(KUBELET_PATTERN)})`,
  "position(cutQueryString(request_uri), '%') = 0",
  anyOf([
    "stream_query = ''",
    allOf([`match(stream_query, ${quoteLiteral(QUERY_PATTERN)})`, 'isValidUTF8(decodeURLFormComponent(stream_query))']),
  ]),
  anyOf(["resource != ''", "NOT match(request_uri, '^/*(o?api|apis/[^/?]*)/[^/?]*/')"]),
  'length(annotations) = length(arrayDistinct(mapKeys(annotations)))',
  'at IS NOT NULL',
];

/** Names of what JSONExtract gives. */
const FIELDS = [
  ['kind', 'kind'],
  ['apiVersion', 'event_version'],
  ['level', 'level'],
  ['auditID', 'audit_id'],
  ['stage', 'stage'],
  ['requestURI', 'request_uri'],
  ['verb', 'verb'],
  ['user.username', 'username'],
  ['user.uid', 'user_uid'],
  ['user.groups', 'user_groups'],
  ['user.extra', 'extra'],
  ['impersonatedUser.username', 'impersonated_username'],
  ['impersonatedUser.groups', 'impersonated_groups'],
  ['sourceIPs', 'source_ips'],
  ['userAgent', 'user_agent'],
  ['objectRef.resource', 'resource'],
  ['objectRef.namespace', 'namespace'],
  ['objectRef.name', 'name'],
  ['objectRef.apiGroup', 'api_group'],
  ['objectRef.apiVersion', 'api_version'],
  ['objectRef.subresource', 'subresource'],
  ['responseStatus.code', 'code'],
  ['responseStatus.reason', 'answer_reason'],
  ['responseStatus.message', 'status_message'],
  ['requestReceivedTimestamp', 'received'],
  ['stageTimestamp', 'stage_time'],
  ['annotations', 'annotations'],
].map(
  ([field = '', name]) =>
    `${field.split('.').reduce((tuple, member) => `tupleElement(${tuple}, '${member}')`, 't')} AS ${name}`,
);

/** The values of one parameter of a stream's query, decoded, in order. */
function printParameter(name: string): string {
  return `arrayMap(pair -> decodeURLFormComponent(substring(pair, ${name.length + 2})), arrayFilter(pair -> startsWith(pair, ${quoteLiteral(`${name}=`)}), pairs))`;
}

/** Kubernetes' reading of a boolean parameter: absent, `false` and `0` are false, anything else is true. */
function printFlag(name: string): string {
  return allOf([`notEmpty(${name}_values)`, `lower(${name}_values[1]) NOT IN ('0', 'false')`]);
}

const NO_TIME = "toDateTime64(0, 9, 'UTC')";

/**
 * SELECT of the columns that both parse roads give, out of `from` (columns of a segment). A row that is not plain has
 * time 0, and in `status_reason` why it goes to quarantine, if that is known already. Cannot throw for any content of the lines.
 *
 * Each step has a subquery of its own: the engine's analyzer copies an expression to every place that names its alias, and
 * took 80 ms to plan this as one.
 */
export function printReadPlainLines(from: string, recordId: string, nowNanos: bigint): string {
  const newest = quoteInteger((nowNanos + DAY_NANOS) / 1_000_000_000n);
  const seconds = `toUnixTimestamp64Second(ifNull(at, ${NO_TIME}))`;
  const json = `SELECT source, position, arrival, problem, line, JSONExtract(line, ${quoteLiteral(`Tuple(${EVENT_TUPLE})`)}) AS t FROM ${from}`;
  const fields = `SELECT source, position, arrival, problem, line, ${FIELDS.join(', ')} FROM (${json})`;
  const streams = `SELECT *, tupleElement(extra, '${CALLER_POD}')[1] AS caller_pod, tupleElement(extra, '${CALLER_NODE}')[1] AS caller_node, parseDateTime64BestEffortOrNull(stage_time, 9, 'UTC') AS at,
  if(match(request_uri, ${quoteLiteral(STREAM_PATTERN)}) AND position(request_uri, '?') > 0, substring(request_uri, position(request_uri, '?') + 1), '') AS stream_query FROM (${fields})`;
  const parameters = `SELECT *, ${allOf([...IS_PLAIN, `${seconds} >= ${OLDEST_SECONDS}`, `${seconds} <= ${newest}`])} AS plain,
  splitByChar('&', stream_query) AS pairs FROM (${streams})`;
  const flags = `SELECT *, ${['stdin', 'stdout', 'tty'].map((name) => `${printParameter(name)} AS ${name}_values`).join(', ')} FROM (${parameters})`;
  return `SELECT *,
  if(plain, ifNull(at, ${NO_TIME}), ${NO_TIME}) AS time,
  ifNull(parseDateTime64BestEffortOrNull(received, 9, 'UTC'), ${NO_TIME}) AS request_received,
  if(plain, answer_reason, problem) AS status_reason,
  ${printParameter('command')} AS exec_command, ${printParameter('container')}[1] AS container,
  ${['stdin', 'stdout', 'tty'].map((name) => `${printFlag(name)} AS ${name}`).join(', ')},
  ${recordId} AS record_id
FROM (${flags})`;
}
