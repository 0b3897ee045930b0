// The last step of a batch: rows of `staging` -> `records`, each identity once, and what goes beside them.
import type { Segment } from '@kubewitness/core/event';
import { FIELD_COLUMNS } from '../schema/tables.ts';
import { quoteInteger, quoteLiteral, quoteTime } from '../sql/quote-literal.ts';
import { printSourceText } from './stage-segment.ts';

/** Inclusive, nanoseconds since 1970. */
export interface TimeRange {
  readonly fromNanos: bigint;
  readonly toNanos: bigint;
}

const DECISION = 'authorization.k8s.io/decision';
const REASON = 'authorization.k8s.io/reason';

/** Go's duration text (`1m2.5s`, `340.1ms`) in microseconds; -1 when the annotation is absent. */
function printLatency(key: string): string {
  const value = `annotations[${quoteLiteral(`apiserver.latency.k8s.io/${key}`)}]`;
  return `if(${value} = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(${value}, '([0-9.]+)(h|ms|m|µs|us|ns|s)')))))`;
}

/** Columns of `records` that are computed here, from what both parse roads gave. */
const DERIVED: Readonly<Record<string, string>> = {
  duration_us: `if(toUnixTimestamp64Nano(request_received) = 0, -1, intDiv(toUnixTimestamp64Nano(time) - toUnixTimestamp64Nano(request_received), 1000))`,
  path: `if(resource = '', request_uri, '')`,
  decision: `annotations[${quoteLiteral(DECISION)}]`,
  reason: `toLowCardinality(annotations[${quoteLiteral(REASON)}])`,
  auth_binding: `extract(reason, '^RBAC: allowed by (?:Cluster)?RoleBinding "([^"]*)"')`,
  auth_role: `extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of (?:Cluster)?Role "([^"]*)"')`,
  auth_subject: `extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of [^"]*"[^"]*" to (.*)$')`,
  latency_total_us: printLatency('total'),
  latency_etcd_us: printLatency('etcd'),
  line_bytes: 'length(line)',
  truncated: `annotations['audit.k8s.io/truncated'] = 'true'`,
  finished: `stage IN ('ResponseComplete', 'Panic') OR (stage = 'ResponseStarted' AND code = 401)`,
};

function printRange(range: TimeRange): string {
  return `time >= ${quoteTime(range.fromNanos)} AND time <= ${quoteTime(range.toNanos)}`;
}

/** The stored records that lie between a batch's smallest and largest time; undefined when there are none. */
export type Overlap = TimeRange | undefined;

export interface OverlapRow {
  readonly stored: number;
  readonly firstNanos: string;
  readonly lastNanos: string;
}

export function printSelectOverlap(range: TimeRange): string {
  return `SELECT toUInt64(count()) AS stored, toString(toUnixTimestamp64Nano(min(time))) AS firstNanos, toString(toUnixTimestamp64Nano(max(time))) AS lastNanos
FROM records WHERE ${printRange(range)}`;
}

/**
 * Equal identity means equal time, so only rows inside the overlap can be stored already. The inner condition keeps
 * the set no larger than the batch, however many records the table has there.
 */
function printIsNew(overlap: Overlap): string {
  if (overlap === undefined) return '1';
  const inside = printRange(overlap);
  return `NOT (${inside}) OR (time, record_id) NOT IN (
  SELECT time, record_id FROM records WHERE ${inside} AND (time, record_id) IN (SELECT time, record_id FROM staging WHERE road = 0 AND ${inside}))`;
}

/** INSERT INTO records for the rows of `range` (whole days, so that no insert meets more partitions than allowed). */
export function printKeepOnce(segment: Segment, range: TimeRange, overlap: Overlap): string {
  const cluster = printSourceText(segment, (source) => source.cluster);
  const columns: readonly (readonly [string, string])[] = [
    ['time', 'time'],
    ['record_id', 'record_id'],
    ['arrival', "fromUnixTimestamp64Micro(arrival, 'UTC')"],
    ['cluster', cluster],
    ['host', printSourceText(segment, (source) => source.host)],
    ['component', printSourceText(segment, (source) => source.component)],
    ['log_type', printSourceText(segment, (source) => source.logType)],
    ['log_source', printSourceText(segment, (source) => source.logSource)],
    ['source_kind', printSourceText(segment, (source) => source.kind)],
    ['source', printSourceText(segment, (source) => source.name)],
    ['position', 'position'],
    ['batch', quoteInteger(segment.number)],
    ['batch_source', 'source'],
    ...FIELD_COLUMNS.map(({ name }) => [name, name] as const),
    ...Object.entries(DERIVED),
    ['request_key', `if(stage != 'RequestReceived' AND ${IS_LONG_RUNNING}, ${printRequestKey(cluster)}, 0)`],
    [
      'annotations',
      `mapFilter((key, value) -> key NOT IN (${quoteLiteral(DECISION)}, ${quoteLiteral(REASON)}), annotations)`,
    ],
    ['line', 'line'],
  ];
  // Aliases of their own: one that is named like a staging column would be read instead of it.
  return `INSERT INTO records (${columns.map(([name]) => name).join(', ')}) SELECT
${columns.map(([name, sql]) => `  ${sql} AS out_${name}`).join(',\n')}
FROM (SELECT *, toLowCardinality(annotations[${quoteLiteral(REASON)}]) AS reason FROM staging WHERE road = 0 AND ${printRange(range)})
WHERE ${printIsNew(overlap)}
LIMIT 1 BY record_id`;
}

/** Long-running requests are told apart as the API server does it; the same words on both stages, so that they meet. */
const IS_LONG_RUNNING =
  "(verb IN ('watch', 'proxy') OR subresource IN ('exec', 'attach', 'portforward', 'proxy', 'log') OR startsWith(request_uri, '/debug/pprof'))";

/** Stages of one request share these; an auditID alone can be chosen by the client. */
function printRequestKey(cluster: string): string {
  return `sipHash64(toString(${cluster}), audit_id, toString(username), request_uri)`;
}

/** Refused lines, each once however often it comes. */
export function printKeepQuarantine(segment: Segment): string {
  const cluster = printSourceText(segment, (source) => source.cluster);
  const name = printSourceText(segment, (source) => source.name);
  return `INSERT INTO quarantine SELECT * FROM (
  SELECT toFixedString(substring(SHA256(concat(${cluster}, '\\n', ${name}, '\\n', problem, '\\n', line)), 1, 16), 16) AS line_id,
    fromUnixTimestamp64Micro(arrival, 'UTC'), ${cluster},
    ${printSourceText(segment, (source) => source.host)}, ${printSourceText(segment, (source) => source.component)},
    ${name}, position, ${quoteInteger(segment.number)}, problem, line
  FROM staging WHERE road = 2
  LIMIT 1 BY line_id
)
WHERE line_id NOT IN (SELECT line_id FROM quarantine)`;
}

/** Sightings of stored records by a source that knows a host or a component which the stored row lacks. */
export function printKeepSightings(segment: Segment, range: TimeRange): string {
  return `INSERT INTO sightings SELECT record_id, time, host, component, name, position FROM (
  SELECT record_id, time, ${printSourceText(segment, (source) => source.host)} AS host,
    ${printSourceText(segment, (source) => source.component)} AS component,
    ${printSourceText(segment, (source) => source.name)} AS name, position
  FROM staging WHERE road = 0 AND ${printRange(range)}
  LIMIT 1 BY record_id
)
WHERE (host != '' OR component != '')
  AND record_id IN (
    SELECT record_id FROM records
    WHERE ${printRange(range)} AND batch != ${quoteInteger(segment.number)} AND (host = '' OR component = '')
      AND (time, record_id) IN (SELECT time, record_id FROM staging WHERE road = 0))
  AND record_id NOT IN (SELECT record_id FROM sightings WHERE record_id IN (SELECT record_id FROM staging WHERE road = 0))`;
}
