// The lines of a group of segments -> rows of `staging`: in one statement for what the engine parses itself, from a file of rows for the rest.
import { FIELD_COLUMNS, PUSH_COLUMNS } from '../schema/tables.ts';
import type { SqlSettings } from '../sql/database.ts';
import { quoteLiteral } from '../sql/quote-literal.ts';
import { derivedColumns, REASON_COLUMN } from './derived-columns.ts';
import { ODD_COLUMNS } from './odd-lines.ts';
import { printReadPlainLines } from './plain-lines.ts';
import { printSegmentFiles, printSourceInteger, printSourceText, type SegmentGroup } from './segment-group.ts';

/**
 * A segment is one block, and so one part for each day, whatever its rows are; small ones share a block. Nothing here can throw, so nothing needs to be
 * evaluated lazily; lazily, the engine parses a line once for each expression that reads it.
 */
export const STAGE_SETTINGS: SqlSettings = {
  max_threads: 1,
  max_insert_threads: 1,
  async_insert: 0,
  max_block_size: 1_048_576,
  min_insert_block_size_rows: 1_048_576,
  min_insert_block_size_bytes: 33_554_432,
  short_circuit_function_evaluation: 'disable',
  // Otherwise the engine hashes the whole batch as soon as a view looks at it.
  insert_deduplicate: 0,
  // Lines with wild times have wild days; they are cut when they leave `staging`.
  max_partitions_per_insert_block: 0,
  // The default of three minutes is too short on a machine whose disk is busy; the writer retries anyway.
  max_execution_time: 900,
};

/** The identity text of a collected audit event is cluster, newline, canonical line (core/event, identity). */
function printRecordId(cluster: string): string {
  return printHash(`concat(${cluster}, '\\n')`);
}

/** Of the text `head` + line, where the line's own hash stands for it: putting the head in front of every line would copy them all. */
function printHash(head: string): string {
  return `toFixedString(substring(SHA256(concat(${head}, SHA256(line))), 1, 16), 16)`;
}

/** Columns that the plain road has from the source of a row and the other from the row itself. */
interface Origin {
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
  readonly log_type: string;
  readonly log_source: string;
}

/** `more`: columns that are named only where they have values. */
function printStage(group: SegmentGroup, rows: string, origin: Origin, more: readonly string[] = []): string {
  const columns: readonly (readonly [string, string])[] = [
    ['time', 'time'],
    ['record_id', 'record_id'],
    ['arrival', "fromUnixTimestamp64Micro(arrival, 'UTC')"],
    ...Object.entries(origin),
    ['source_kind', printSourceText(group, (source) => source.kind)],
    ['source', printSourceText(group, (source) => source.name)],
    ['position', 'position'],
    ['batch', printSourceInteger(group, (source) => source.batch)],
    ['batch_source', printSourceInteger(group, (source) => source.number)],
    ...FIELD_COLUMNS.map(({ name }) => [name, name] as const),
    ...derivedColumns(origin.cluster),
    ...more.map((name) => [name, name] as const),
    ['line', 'line'],
  ];
  // Aliases of their own: one that is named like a column of `rows` would be read instead of it.
  return `INSERT INTO staging (${columns.map(([name]) => name).join(', ')}) SELECT
${columns.map(([name, sql]) => `  ${sql} AS out_${name}`).join(',\n')}
FROM (SELECT *, ${REASON_COLUMN} FROM (${rows}))`;
}

/** All lines of the segments; those that are not plain wait (see STAGING). */
export function printStageSegments(group: SegmentGroup, nowNanos: bigint): string {
  const recordId = printRecordId(printSourceText(group, (source) => source.cluster));
  return printStage(group, printReadPlainLines(printSegmentFiles(group), recordId, nowNanos), {
    cluster: printSourceText(group, (source) => source.cluster),
    host: printSourceText(group, (source) => source.host),
    component: printSourceText(group, (source) => source.component),
    log_type: printSourceText(group, (source) => source.logType),
    log_source: printSourceText(group, (source) => source.logSource),
  });
}

/**
 * Of all lines only what tells whether they are stored already, out of as little of each as possible. A line whose time core/formats
 * reads otherwise gets a time that no record with its identity has.
 */
export function printKeys(group: SegmentGroup): string {
  const recordId = printRecordId(printSourceText(group, (source) => source.cluster));
  const time = "parseDateTime64BestEffortOrNull(JSONExtractString(line, 'stageTimestamp'), 9, 'UTC')";
  return `SELECT ifNull(${time}, toDateTime64(0, 9, 'UTC')) AS time, ${recordId} AS record_id, fromUnixTimestamp64Micro(arrival, 'UTC') AS arrived, position,
  ${printSourceInteger(group, (source) => source.batch)} AS batch, ${printSourceInteger(group, (source) => source.number)} AS batch_source
FROM ${printSegmentFiles(group)}`;
}

/** Rows of `staging` with nothing but their keys. */
export function printStageKeys(group: SegmentGroup): string {
  return `INSERT INTO staging (time, record_id, arrival, position, batch, batch_source) ${printKeys(group)}`;
}

function printOddFile(path: string): string {
  const structure = ODD_COLUMNS.map(({ name, type }) => `${name} ${type}`).join(', ');
  return `file(${quoteLiteral(path)}, 'RowBinary', ${quoteLiteral(structure)})`;
}

const ORIGIN_OF_ROW: Origin = {
  cluster: 'cluster',
  host: 'host',
  component: 'component',
  log_type: 'log_type',
  log_source: 'log_source',
};
const PUSH_NAMES = PUSH_COLUMNS.map(({ name }) => name);

/** The rows that core/formats made of the lines that waited; the file is written by writeOddRows. */
export function printStageOddRows(group: SegmentGroup, path: string): string {
  const recordId = printHash('identity_head');
  const rows = `SELECT *, true AS plain, ${recordId} AS record_id FROM ${printOddFile(path)} WHERE problem = ''`;
  return printStage(group, rows, ORIGIN_OF_ROW, PUSH_NAMES);
}

/** Refused lines, each once however often it comes. */
export function printKeepQuarantine(group: SegmentGroup, path: string): string {
  const cluster = printSourceText(group, (source) => source.cluster);
  const name = printSourceText(group, (source) => source.name);
  return `INSERT INTO quarantine SELECT * FROM (
  SELECT toFixedString(substring(SHA256(concat(${cluster}, '\\n', ${name}, '\\n', problem, '\\n', line)), 1, 16), 16) AS line_id,
    fromUnixTimestamp64Micro(arrival, 'UTC'), ${cluster},
    ${printSourceText(group, (source) => source.host)}, ${printSourceText(group, (source) => source.component)},
    ${name}, position, ${printSourceInteger(group, (source) => source.batch)}, problem, line
  FROM ${printOddFile(path)} WHERE problem != ''
  LIMIT 1 BY line_id
)
WHERE line_id NOT IN (SELECT line_id FROM quarantine)`;
}
