// Fields of session records that `records` does not have: each as an expression, out of the line or out of the columns of a record.
import { CALLER_NODE, CALLER_POD } from '@kubewitness/core/formats';
import { DEBUG_SOURCE, LOGIN_DECISION, LOGIN_NAME, MANAGED_BY, STARTING_CHOICES } from '@kubewitness/core/sessions';
import { SESSION_FIELDS } from '../schema/session-records.ts';
import { allOf, anyOf } from '../sql/conditions.ts';
import { quoteLiteral } from '../sql/quote-literal.ts';
import { printSessionChoices } from './session-choices-sql.ts';

const annotation = (key: string): string => `annotations[${quoteLiteral(key)}]`;
const firstOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : `coalesce(${values.map((value) => `nullIf(${value}, '')`).join(', ')}, '')`;
const isObject = (value: string): string => `startsWith(${value}, '{')`;
/** Log shippers may have put something in front of the event. */
const EVENT = "if(startsWith(line, '{'), line, substring(line, position(line, '{')))";
const HAS_BODY = anyOf([
  "subresource = 'ephemeralcontainers'",
  allOf(["verb = 'create'", "subresource IN ('', 'binding')"]),
]);
/** Below level Request there are no bodies, and of most records the line need not be taken apart once more. */
const HAS_TEXT = allOf(["level != 'Metadata'", anyOf([allOf(["name = ''", "subresource = ''"]), 'has_body'])]);
/** The time of a pushed entry is that of the log shipper; when a request came in and a stage was reached stands in its line. */
const IS_PUSHED = "source_kind = 'push'";
const EVENT_IF_NEEDED = `if(${anyOf([IS_PUSHED, HAS_TEXT])}, ${EVENT}, '')`;

type Expressions = readonly (readonly [string, string])[];

const json = (read: 'String' | 'Raw', ...path: readonly string[]): string =>
  `JSONExtract${read}(event, ${path.map(quoteLiteral).join(', ')})`;

/** What only bodies tell. */
function bodyColumns(): Expressions {
  const inBodies = (...path: readonly string[]): readonly string[] =>
    ['responseObject', 'requestObject'].map((body) => json('String', body, 'metadata', ...path));
  // All labels of the answer before those of the request, as the reader in core/sessions has it.
  const labels = [0, 1].flatMap((body) => MANAGED_BY.map((key) => inBodies('labels', key)[body] ?? ''));
  const spec = `multiIf(${allOf(["subresource = 'ephemeralcontainers'", isObject('asked')])}, asked, ${isObject('answered')}, answered, ${isObject('asked')}, asked, '')`;
  const target = json('String', 'requestObject', 'target', 'name');
  return [
    ['name', `if(${allOf(["name = ''", "subresource = ''"])}, ${firstOf(inBodies('name'))}, name)`],
    ['spec', `if(has_body, ${spec}, '')`],
    ['binding_target', `if(${allOf(["subresource = 'binding'", 'has_body'])}, ${target}, '')`],
    ['managed_by', `if(has_body, ${firstOf(labels)}, '')`],
    ['debug_source', `if(has_body, ${firstOf(inBodies('annotations', DEBUG_SOURCE))}, '')`],
  ];
}

const moment = (key: string): string => `parseDateTime64BestEffortOrZero(${json('String', key)}, 9, 'UTC')`;
const NO_TIME = "toDateTime64(0, 9, 'UTC')";
/** No sooner than audit events exist, and no later than clocks differ: else what the shipper says is nearer to the truth. */
const IS_SOUND = allOf([
  `${moment('stageTimestamp')} > '2014-01-01 00:00:00'`,
  `${moment('stageTimestamp')} < time + toIntervalDay(1)`,
]);

const PLAIN_COLUMNS: Expressions = [
  ['event_time', `if(${allOf([IS_PUSHED, IS_SOUND])}, ${moment('stageTimestamp')}, time)`],
  ['login_decision', annotation(LOGIN_DECISION)],
  ['login_name', annotation(LOGIN_NAME)],
  ['starting', printSessionChoices(STARTING_CHOICES)],
];

const extra = (key: string): string => `JSONExtractString(event, 'user', 'extra', ${quoteLiteral(key)}, 1)`;
const LINE_COLUMNS: Expressions = [
  ['request_received', moment('requestReceivedTimestamp')],
  ['message', `if(code >= 400, ${json('String', 'responseStatus', 'message')}, '')`],
  ['caller_pod', extra(CALLER_POD)],
  ['caller_node', extra(CALLER_NODE)],
];

const RECEIVED = "fromUnixTimestamp64Nano(toUnixTimestamp64Nano(time) - duration_us * 1000, 'UTC')";
const COLUMN_COLUMNS: Expressions = [
  [
    'request_received',
    `multiIf(${allOf([IS_PUSHED, `${moment('requestReceivedTimestamp')} > ${NO_TIME}`])}, ${moment('requestReceivedTimestamp')}, duration_us < 0, ${NO_TIME}, ${RECEIVED})`,
  ],
  ['message', "if(code >= 400, status_message, '')"],
];

/**
 * SELECT of SESSION_FIELDS as `out_<name>`, out of rows of `table`. `line`: for records of an older program,
 * whose columns lack what newer ones have.
 */
export function printSelectSessionRecords(from: 'line' | 'columns', table: string, where: string): string {
  const derived = new Map([...PLAIN_COLUMNS, ...bodyColumns(), ...(from === 'line' ? LINE_COLUMNS : COLUMN_COLUMNS)]);
  const columns = SESSION_FIELDS.map(({ name }) => `  ${derived.get(name) ?? name} AS out_${name}`);
  // What several columns need is read once, and stands in the text once: parsing it took half of its time.
  return `SELECT
${columns.join(',\n')}
FROM (SELECT *, ${json('Raw', 'requestObject', 'spec')} AS asked, ${json('Raw', 'responseObject', 'spec')} AS answered
FROM (SELECT *, ${from === 'line' ? EVENT : EVENT_IF_NEEDED} AS event
FROM (SELECT *, ${HAS_BODY} AS has_body FROM ${table} WHERE ${where})))`;
}
