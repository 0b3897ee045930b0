// Columns of session_records that `records` does not have: each as an expression, out of the line or out of the columns of a record.
import { CALLER_NODE, CALLER_POD } from '@kubewitness/core/formats';
import { DEBUG_SOURCE, LOGIN_DECISION, LOGIN_NAME, MANAGED_BY, STARTING_CHOICES } from '@kubewitness/core/sessions';
import { SESSION_RECORDS } from '../schema/session-records.ts';
import { quoteLiteral } from '../sql/quote-literal.ts';
import { printSessionChoices } from './session-choices-sql.ts';

const annotation = (key: string): string => `annotations[${quoteLiteral(key)}]`;
const firstOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : `coalesce(${values.map((value) => `nullIf(${value}, '')`).join(', ')}, '')`;
const isObject = (value: string): string => `startsWith(${value}, '{')`;
/** Log shippers may have put something in front of the event. */
const EVENT = "if(startsWith(line, '{'), line, substring(line, position(line, '{')))";
const HAS_BODY = "(subresource = 'ephemeralcontainers' OR (verb = 'create' AND subresource IN ('', 'binding')))";

type Expressions = readonly (readonly [string, string])[];
type ReadJson = (read: 'String' | 'Raw', ...path: readonly string[]) => string;

const readJson =
  (event: string): ReadJson =>
  (read, ...path) =>
    `JSONExtract${read}(${event}, ${path.map(quoteLiteral).join(', ')})`;

/** What only bodies tell. */
function bodyColumns(json: ReadJson): Expressions {
  const asked = json('Raw', 'requestObject', 'spec');
  const answered = json('Raw', 'responseObject', 'spec');
  const inBodies = (...path: readonly string[]): readonly string[] =>
    ['responseObject', 'requestObject'].map((body) => json('String', body, 'metadata', ...path));
  // All labels of the answer before those of the request, as the reader in core/sessions has it.
  const labels = [0, 1].flatMap((body) => MANAGED_BY.map((key) => inBodies('labels', key)[body] ?? ''));
  const spec = `multiIf(subresource = 'ephemeralcontainers' AND ${isObject(asked)}, ${asked}, ${isObject(answered)}, ${answered}, ${isObject(asked)}, ${asked}, '')`;
  const target = json('String', 'requestObject', 'target', 'name');
  return [
    ['name', `if(name = '' AND subresource = '', ${firstOf(inBodies('name'))}, name)`],
    ['spec', `if(${HAS_BODY}, ${spec}, '')`],
    ['binding_target', `if(subresource = 'binding' AND ${HAS_BODY}, ${target}, '')`],
    ['managed_by', `if(${HAS_BODY}, ${firstOf(labels)}, '')`],
    ['debug_source', `if(${HAS_BODY}, ${firstOf(inBodies('annotations', DEBUG_SOURCE))}, '')`],
  ];
}

const PLAIN_COLUMNS: Expressions = [
  ['login_decision', annotation(LOGIN_DECISION)],
  ['login_name', annotation(LOGIN_NAME)],
  ['starting', printSessionChoices(STARTING_CHOICES)],
];

function lineColumns(): Expressions {
  const json = readJson(EVENT);
  const extra = (key: string) => `JSONExtractString(${EVENT}, 'user', 'extra', ${quoteLiteral(key)}, 1)`;
  return [
    ['request_received', `parseDateTime64BestEffortOrZero(${json('String', 'requestReceivedTimestamp')}, 9, 'UTC')`],
    ['message', `if(code >= 400, ${json('String', 'responseStatus', 'message')}, '')`],
    ['caller_pod', extra(CALLER_POD)],
    ['caller_node', extra(CALLER_NODE)],
  ];
}

const RECEIVED = "fromUnixTimestamp64Nano(toUnixTimestamp64Nano(time) - duration_us * 1000, 'UTC')";
/** Below level Request there are no bodies, and of most records the line need not be taken apart once more. */
const EVENT_WITH_BODY = `if(level != 'Metadata' AND ((name = '' AND subresource = '') OR ${HAS_BODY}), ${EVENT}, '')`;

/** `line`: for records of an older program, whose columns lack what newer ones have. */
export function printSessionColumns(from: 'line' | 'columns'): string {
  const derived = new Map(
    from === 'line'
      ? [...PLAIN_COLUMNS, ...bodyColumns(readJson(EVENT)), ...lineColumns()]
      : [
          ...PLAIN_COLUMNS,
          ...bodyColumns(readJson(EVENT_WITH_BODY)),
          ['request_received', `if(duration_us < 0, toDateTime64(0, 9, 'UTC'), ${RECEIVED})`],
          ['message', "if(code >= 400, status_message, '')"],
        ],
  );
  return SESSION_RECORDS.columns.map(({ name }) => `  ${derived.get(name) ?? name} AS out_${name}`).join(',\n');
}
