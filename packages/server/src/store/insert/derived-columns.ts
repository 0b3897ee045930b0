// Columns of `records` that are computed from what both parse roads give: durations, authorization, latencies, request key.
import { SESSION_CHOICES, UNCHOSEN_STAGE } from '@kubewitness/core/sessions';
import { allOf, anyOf } from '../sql/conditions.ts';
import { quoteLiteral } from '../sql/quote-literal.ts';
import { printSessionChoices } from './session-choices-sql.ts';

const DECISION = 'authorization.k8s.io/decision';
const REASON = 'authorization.k8s.io/reason';

/** Go's duration text (`1m2.5s`, `340.1ms`) in microseconds; -1 when the annotation is absent. */
function printLatency(key: string): string {
  const value = `annotations[${quoteLiteral(`apiserver.latency.k8s.io/${key}`)}]`;
  return `if(${value} = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(${value}, '([0-9.]+)(h|ms|m|µs|us|ns|s)')))))`;
}

/** Long-running requests are told apart as the API server does it; the same words on both stages, so that they meet. */
const IS_LONG_RUNNING = anyOf([
  "verb IN ('watch', 'proxy')",
  "subresource IN ('exec', 'attach', 'portforward', 'proxy', 'log')",
  "startsWith(request_uri, '/debug/pprof')",
]);

/** Read beside the fields: a reason repeats, so what is extracted from it is extracted once for each. */
export const REASON_COLUMN = `toLowCardinality(annotations[${quoteLiteral(REASON)}]) AS reason`;

/** Also the condition by which an older store is searched. */
export const FOR_SESSIONS = allOf([`stage != ${quoteLiteral(UNCHOSEN_STAGE)}`, printSessionChoices(SESSION_CHOICES)]);

/** Column and expression; `cluster` is the expression of the row's cluster. */
export function derivedColumns(cluster: string): readonly (readonly [string, string])[] {
  // Stages of one request share the key; an auditID alone can be chosen by the client.
  const requestKey = `sipHash64(toString(${cluster}), audit_id, toString(username), request_uri)`;
  return [
    [
      'duration_us',
      'if(toUnixTimestamp64Nano(request_received) = 0, -1, intDiv(toUnixTimestamp64Nano(time) - toUnixTimestamp64Nano(request_received), 1000))',
    ],
    ['path', `if(resource = '', request_uri, '')`],
    ['decision', `annotations[${quoteLiteral(DECISION)}]`],
    ['reason', 'reason'],
    ['auth_binding', `extract(reason, '^RBAC: allowed by (?:Cluster)?RoleBinding "([^"]*)"')`],
    ['auth_role', `extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of (?:Cluster)?Role "([^"]*)"')`],
    ['auth_subject', `extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of [^"]*"[^"]*" to (.*)$')`],
    ['latency_total_us', printLatency('total')],
    ['latency_etcd_us', printLatency('etcd')],
    ['line_bytes', 'length(line)'],
    ['truncated', `annotations['audit.k8s.io/truncated'] = 'true'`],
    ['finished', anyOf(["stage IN ('ResponseComplete', 'Panic')", allOf(["stage = 'ResponseStarted'", 'code = 401'])])],
    ['for_sessions', allOf(['plain', FOR_SESSIONS])],
    ['request_key', `if(${allOf(["stage != 'RequestReceived'", IS_LONG_RUNNING])}, ${requestKey}, 0)`],
    [
      'annotations',
      `mapFilter((key, value) -> key NOT IN (${quoteLiteral(DECISION)}, ${quoteLiteral(REASON)}), annotations)`,
    ],
  ];
}
