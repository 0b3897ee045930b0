// A segment's lines -> rows of `staging`: in one statement for what the engine parses itself, from a file of rows for the rest.
import { SEGMENT_COLUMNS, type Segment } from '@kubewitness/core/event';
import { FIELD_COLUMNS, PUSH_COLUMNS } from '../schema/tables.ts';
import type { SqlSettings } from '../sql/database.ts';
import { quoteInteger, quoteLiteral, quoteLiterals } from '../sql/quote-literal.ts';
import { derivedColumns, REASON_COLUMN } from './derived-columns.ts';
import { ODD_COLUMNS } from './odd-lines.ts';
import { printReadPlainLines } from './plain-lines.ts';

/**
 * One block and so one part for each day, whatever the segment's rows are. Nothing here can throw, so nothing needs to be
 * evaluated lazily; lazily, the engine parses a line once for each expression that reads it.
 */
export const STAGE_SETTINGS: SqlSettings = {
  max_threads: 1,
  max_insert_threads: 1,
  async_insert: 0,
  max_block_size: 1_048_576,
  min_insert_block_size_rows: 1_048_576,
  min_insert_block_size_bytes: 536_870_912,
  short_circuit_function_evaluation: 'disable',
  // Otherwise the engine hashes the whole batch as soon as a view looks at it.
  insert_deduplicate: 0,
  // A segment of lines with wild times has wild days; they are cut when they leave `staging`.
  max_partitions_per_insert_block: 0,
  // The default of three minutes is too short on a machine whose disk is busy; the writer retries anyway.
  max_execution_time: 900,
};

/** The identity text of a collected audit event is cluster, newline, canonical line (core/event, identity). */
function printRecordId(cluster: string): string {
  return printHash(`concat(${cluster}, '\\n', line)`);
}

function printHash(text: string): string {
  return `toFixedString(substring(SHA256(${text}), 1, 16), 16)`;
}

/** An expression that gives `pick` of the row's source, whose number is in `column`. Source 0 describes sources, it has no rows. */
export function printSourceText(
  segment: Segment,
  pick: (source: NonNullable<Segment['sources'][number]>) => string,
  column = 'source',
): string {
  const texts = segment.sources.map((source) => (source === undefined ? '' : pick(source)));
  const distinct = new Set(texts.slice(1));
  if (distinct.size === 1) return quoteLiteral(texts[1] ?? '');
  return `${quoteLiterals(texts)}[${column} + 1]`;
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
function printStage(segment: Segment, rows: string, origin: Origin, more: readonly string[] = []): string {
  const columns: readonly (readonly [string, string])[] = [
    ['time', 'time'],
    ['record_id', 'record_id'],
    ['arrival', "fromUnixTimestamp64Micro(arrival, 'UTC')"],
    ...Object.entries(origin),
    ['source_kind', printSourceText(segment, (source) => source.kind)],
    ['source', printSourceText(segment, (source) => source.name)],
    ['position', 'position'],
    ['batch', quoteInteger(segment.number)],
    ['batch_source', 'source'],
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

/** A segment as a table. */
export function printSegmentFile(segment: Segment): string {
  const structure = SEGMENT_COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ');
  return `file(${quoteLiteral(segment.path)}, 'RowBinary', ${quoteLiteral(structure)})`;
}

/** All lines of a segment; those that are not plain wait (see STAGING). */
export function printStageSegment(segment: Segment, nowNanos: bigint): string {
  const recordId = printRecordId(printSourceText(segment, (source) => source.cluster));
  return printStage(segment, printReadPlainLines(printSegmentFile(segment), recordId, nowNanos), {
    cluster: printSourceText(segment, (source) => source.cluster),
    host: printSourceText(segment, (source) => source.host),
    component: printSourceText(segment, (source) => source.component),
    log_type: printSourceText(segment, (source) => source.logType),
    log_source: printSourceText(segment, (source) => source.logSource),
  });
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
export function printStageOddRows(segment: Segment, path: string): string {
  const recordId = printHash('concat(identity_head, line)');
  const rows = `SELECT *, true AS plain, ${recordId} AS record_id FROM ${printOddFile(path)} WHERE problem = ''`;
  return printStage(segment, rows, ORIGIN_OF_ROW, PUSH_NAMES);
}

/** Refused lines, each once however often it comes. */
export function printKeepQuarantine(segment: Segment, path: string): string {
  const cluster = printSourceText(segment, (source) => source.cluster);
  const name = printSourceText(segment, (source) => source.name);
  return `INSERT INTO quarantine SELECT * FROM (
  SELECT toFixedString(substring(SHA256(concat(${cluster}, '\\n', ${name}, '\\n', problem, '\\n', line)), 1, 16), 16) AS line_id,
    fromUnixTimestamp64Micro(arrival, 'UTC'), ${cluster},
    ${printSourceText(segment, (source) => source.host)}, ${printSourceText(segment, (source) => source.component)},
    ${name}, position, ${quoteInteger(segment.number)}, problem, line
  FROM ${printOddFile(path)} WHERE problem != ''
  LIMIT 1 BY line_id
)
WHERE line_id NOT IN (SELECT line_id FROM quarantine)`;
}
