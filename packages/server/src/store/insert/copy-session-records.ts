// The last step of a batch for sessions: records that matter to them -> session_records, each once. SQL out; replaying it changes nothing.
import {
  DEBUG_SOURCE,
  LOGIN_DECISION,
  LOGIN_NAME,
  MANAGED_BY,
  SESSION_CHOICES,
  type SessionChoice,
  STARTING_CHOICES,
  UNCHOSEN_STAGE,
} from '@kubewitness/core/sessions';
import { SESSION_RECORDS } from '../schema/session-records.ts';
import type { SqlSettings } from '../sql/database.ts';
import { quoteInteger, quoteLiteral } from '../sql/quote-literal.ts';

/** A batch of lines with wild times may meet any number of days; so does the copy of a whole store. */
export const COPY_SETTINGS: SqlSettings = {
  max_threads: 1,
  max_insert_threads: 1,
  async_insert: 0,
  max_partitions_per_insert_block: 0,
  max_execution_time: 900,
};

/** core/sessions says which records matter; here it is printed. A test holds both together. */
export function printSessionChoices(choices: readonly SessionChoice[]): string {
  return choices.map(printChoice).join('\n    OR ');
}

function printChoice(choice: SessionChoice): string {
  const among = (column: string, values: readonly string[] | undefined): string[] =>
    values === undefined ? [] : [`${column} IN (${values.map(quoteLiteral).join(', ')})`];
  const parts = [
    ...among('resource', choice.resources),
    ...among('subresource', choice.subresources),
    ...among('verb', choice.verbs),
    ...(choice.codes === undefined ? [] : [`code IN (${choice.codes.map(quoteInteger).join(', ')})`]),
    ...(choice.name === undefined ? [] : [`name = ${quoteLiteral(choice.name)}`]),
    ...(choice.username === undefined ? [] : [`username = ${quoteLiteral(choice.username)}`]),
    ...(choice.usernamePrefix === undefined ? [] : [`startsWith(username, ${quoteLiteral(choice.usernamePrefix)})`]),
    ...(choice.uriPattern === undefined ? [] : [`match(request_uri, ${quoteLiteral(`(?-s)${choice.uriPattern}`)})`]),
    ...(choice.annotation === undefined ? [] : [`mapContains(annotations, ${quoteLiteral(choice.annotation)})`]),
  ];
  return `(${parts.join(' AND ')})`;
}

const annotation = (key: string): string => `annotations[${quoteLiteral(key)}]`;
/** Log shippers may have put something in front of the event. */
const EVENT = `if(startsWith(line, '{'), line, substring(line, position(line, '{')))`;
const json = (read: 'String' | 'Raw', ...path: readonly string[]): string =>
  `JSONExtract${read}(${EVENT}, ${path.map(quoteLiteral).join(', ')})`;
const firstOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : `coalesce(${values.map((value) => `nullIf(${value}, '')`).join(', ')}, '')`;
const isObject = (value: string): string => `startsWith(${value}, '{')`;

const HAS_BODY = "(subresource = 'ephemeralcontainers' OR (verb = 'create' AND subresource IN ('', 'binding')))";
const ASKED = json('Raw', 'requestObject', 'spec');
const ANSWERED = json('Raw', 'responseObject', 'spec');
const inBodies = (...path: readonly string[]): string[] =>
  ['responseObject', 'requestObject'].map((body) => json('String', body, 'metadata', ...path));

/** What is not a column of `records` is read out of the line, of the few records that are copied only. */
const DERIVED: ReadonlyMap<string, string> = new Map([
  ['request_received', `parseDateTime64BestEffortOrZero(${json('String', 'requestReceivedTimestamp')}, 9, 'UTC')`],
  ['name', `if(name = '' AND subresource = '', ${firstOf(inBodies('name'))}, name)`],
  ['message', `if(code >= 400, ${json('String', 'responseStatus', 'message')}, '')`],
  ['login_decision', annotation(LOGIN_DECISION)],
  ['login_name', annotation(LOGIN_NAME)],
  ['caller_pod', printExtra('authentication.kubernetes.io/pod-name')],
  ['caller_node', printExtra('authentication.kubernetes.io/node-name')],
  ['starting', printSessionChoices(STARTING_CHOICES)],
  [
    'spec',
    `multiIf(NOT ${HAS_BODY}, '', subresource = 'ephemeralcontainers' AND ${isObject(ASKED)}, ${ASKED}, ${isObject(ANSWERED)}, ${ANSWERED}, ${isObject(ASKED)}, ${ASKED}, '')`,
  ],
  [
    'binding_target',
    `if(subresource = 'binding' AND ${HAS_BODY}, ${json('String', 'requestObject', 'target', 'name')}, '')`,
  ],
  ['managed_by', `if(${HAS_BODY}, ${firstOf(printLabels())}, '')`],
  ['debug_source', `if(${HAS_BODY}, ${firstOf(inBodies('annotations', DEBUG_SOURCE))}, '')`],
]);

/** All labels of the answer before those of the request, as the reader in core/sessions has it. */
function printLabels(): string[] {
  const [answered = [], asked = []] = [0, 1].map((body) =>
    MANAGED_BY.map((key) => inBodies('labels', key)[body] ?? ''),
  );
  return [...answered, ...asked];
}

function printExtra(key: string): string {
  return `JSONExtractString(${EVENT}, 'user', 'extra', ${quoteLiteral(key)}, 1)`;
}

/**
 * `where` says which of `records` are looked at: a batch, or all at the migration of an older store. A batch that is replayed after
 * a crash finds its records stored, and copies what is missing.
 */
export function printCopySessionRecords(where: string): string {
  const names = SESSION_RECORDS.columns.map(({ name }) => name);
  const values = names.map((name) => `  ${DERIVED.get(name) ?? name} AS out_${name}`);
  const chosen = `stage != ${quoteLiteral(UNCHOSEN_STAGE)} AND (
    ${printSessionChoices(SESSION_CHOICES)})`;
  return `INSERT INTO session_records (${names.join(', ')}) SELECT
${values.join(',\n')}
FROM records
WHERE ${where}
  AND ${chosen}
  AND (time, record_id) NOT IN (SELECT time, record_id FROM session_records WHERE ${where})`;
}
