// First parse road: a segment file -> rows in `staging`, parsed by the engine in one statement. No line becomes a JavaScript object.
import { SEGMENT_COLUMNS, type Segment } from '@kubewitness/core/event';
import { quoteInteger, quoteLiteral, quoteLiterals } from '../sql/quote-literal.ts';

/** What JSONExtract reads; one pass over each line. */
const EVENT_TUPLE = [
  'kind String',
  'apiVersion String',
  'level String',
  'auditID String',
  'stage String',
  'requestURI String',
  'verb String',
  'user Tuple(username String, uid String, groups Array(String))',
  'impersonatedUser Tuple(username String, groups Array(String))',
  'sourceIPs Array(String)',
  'userAgent String',
  'objectRef Tuple(resource String, namespace String, name String, apiGroup String, apiVersion String, subresource String)',
  'responseStatus Tuple(code UInt16, reason String)',
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

/**
 * The engine's reading counts only for plain v1 events; everything else waits for core/formats (road 1): other kinds
 * and versions, odd times and codes, requests whose URI has to be decoded (exec and friends), events without objectRef
 * whose URI names a resource, annotations with a key twice. For what is left both roads give the same fields.
 */
const IS_PLAIN = [
  "t.kind = 'Event'",
  "t.apiVersion = 'audit.k8s.io/v1'",
  "t.stage IN ('RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic')",
  't.responseStatus.code < 1000',
  `match(t.stageTimestamp, ${quoteLiteral(TIME_PATTERN)})`,
  `(t.requestReceivedTimestamp = '' OR match(t.requestReceivedTimestamp, ${quoteLiteral(TIME_PATTERN)}))`,
  "NOT multiSearchAny(t.requestURI, ['/exec', '/attach', '/portforward', '/proxy/'])",
  "position(cutQueryString(t.requestURI), '%') = 0",
  "NOT (t.objectRef.resource = '' AND match(t.requestURI, '^/*(o?api|apis/[^/?]*)/[^/?]*/'))",
  'length(t.annotations) = length(arrayDistinct(mapKeys(t.annotations)))',
].join(' AND ');

/** The identity text of a collected audit event is cluster, newline, canonical line (core/event, identity). */
export function printRecordId(clusters: string): string {
  return `toFixedString(substring(SHA256(concat(${clusters}, '\\n', line)), 1, 16), 16)`;
}

export function printSegmentStructure(): string {
  return SEGMENT_COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ');
}

/** An expression that gives `pick` of the row's source. Source 0 describes sources, it has no rows. */
export function printSourceText(
  segment: Segment,
  pick: (source: NonNullable<Segment['sources'][number]>) => string,
): string {
  const texts = segment.sources.map((source) => (source === undefined ? '' : pick(source)));
  const distinct = new Set(texts.slice(1));
  if (distinct.size === 1) return quoteLiteral(texts[1] ?? '');
  return `${quoteLiterals(texts)}[source + 1]`;
}

/** INSERT INTO staging … FROM file(segment). Cannot throw for any content of the lines. */
export function printStageSegment(segment: Segment, nowNanos: bigint): string {
  const newest = quoteInteger((nowNanos + DAY_NANOS) / 1_000_000_000n);
  const inTime = `at IS NOT NULL AND toUnixTimestamp64Second(at) BETWEEN ${OLDEST_SECONDS} AND ${newest}`;
  return `INSERT INTO staging SELECT
  source, position, arrival, problem, line,
  if(problem != '', 2, if(${IS_PLAIN} AND ${inTime}, 0, 1)) AS road,
  ifNull(at, toDateTime64(0, 9, 'UTC')) AS time,
  ifNull(parseDateTime64BestEffortOrNull(t.requestReceivedTimestamp, 9, 'UTC'), toDateTime64(0, 9, 'UTC')) AS request_received,
  t.annotations AS annotations,
  t.level, t.stage, t.auditID, t.requestURI, t.verb,
  t.user.username, t.user.uid, t.user.groups,
  t.impersonatedUser.username, t.impersonatedUser.groups,
  t.sourceIPs, t.userAgent,
  t.objectRef.resource, t.objectRef.subresource, t.objectRef.namespace, t.objectRef.name, t.objectRef.apiGroup, t.objectRef.apiVersion,
  t.responseStatus.code, t.responseStatus.reason,
  [] AS exec_command, '' AS container, false AS stdin, false AS stdout, false AS tty,
  ${printRecordId(printSourceText(segment, (source) => source.cluster))} AS record_id
FROM (
  SELECT source, position, arrival, problem, line,
    JSONExtract(if(problem = '', line, ''), ${quoteLiteral(`Tuple(${EVENT_TUPLE})`)}) AS t,
    parseDateTime64BestEffortOrNull(t.stageTimestamp, 9, 'UTC') AS at
  FROM file(${quoteLiteral(segment.path)}, 'RowBinary', ${quoteLiteral(printSegmentStructure())})
  WHERE source > 0
)`;
}
