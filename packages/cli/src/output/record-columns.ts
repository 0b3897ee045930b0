// The columns in which records are shown: a RecordRow in, cells out.
import { printSeconds, printTime } from './quantities.ts';
import { listOf, numberOf, printValue, type Row, textOf } from './row.ts';
import type { Column } from './table.ts';

/** `deployments.apps/scale`: the resource as --resource takes it. */
export function printResource(row: Row): string {
  const resource = textOf(row, 'resource');
  if (resource === '') return '';
  const group = textOf(row, 'apiGroup');
  const subresource = textOf(row, 'subresource');
  return `${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`;
}

export function printUser(row: Row): string {
  const as = textOf(row, 'impersonatedUser');
  return as === '' ? textOf(row, 'user') : `${textOf(row, 'user')} as ${as}`;
}

/** The response code, or what stands for it: an open request has no end yet. */
export function printCode(row: Row): string {
  const code = numberOf(row, 'code') ?? 0;
  if (row['status'] === 'open') return 'open';
  return code === 0 ? (textOf(row, 'stage') === 'Panic' ? 'panic' : '') : String(code);
}

/** argv as a shell would take it. */
export function printCommand(argv: readonly string[]): string {
  return argv.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** What the request was about: the object's name, or the path when it was about no object. */
function printTarget(row: Row): string {
  return textOf(row, 'name') || textOf(row, 'path');
}

export function printDuration(row: Row): string {
  const seconds = numberOf(row, 'durationSeconds');
  return seconds === undefined ? '' : printSeconds(seconds);
}

const column = (header: string, cell: (row: Row) => string, right = false): Column<Row> => ({ header, cell, right });
const field = (header: string, key: string): Column<Row> => column(header, (row) => textOf(row, key));

const STAGE = field('STAGE', 'stage');
const SHORT_TIME = column('TIME', (row) => printTime(textOf(row, 'time')));
const MIDDLE: readonly Column<Row>[] = [
  column('USER', printUser),
  field('VERB', 'verb'),
  column('CODE', printCode),
  field('NAMESPACE', 'namespace'),
  column('RESOURCE', printResource),
];
const TARGET = column('NAME', printTarget);

/** `-o table`; with --all-stages one request has several rows, told apart by their stage. */
export function tableColumns(allStages: boolean): readonly Column<Row>[] {
  return [SHORT_TIME, ...(allStages ? [STAGE] : []), ...MIDDLE, TARGET];
}

/** `-o wide`. */
export const WIDE_COLUMNS: readonly Column<Row>[] = [
  field('TIME', 'time'),
  STAGE,
  ...MIDDLE,
  TARGET,
  column('COMMAND', (row) => printCommand(listOf(row, 'command'))),
  column('DURATION', printDuration),
  field('DECISION', 'decision'),
  field('SOURCE-IPS', 'sourceIPs'),
  field('CLUSTER', 'cluster'),
  field('HOST', 'host'),
  field('COMPONENT', 'component'),
  field('LEVEL', 'level'),
  field('AUDIT-ID', 'auditID'),
  field('USER-AGENT', 'userAgent'),
  field('URI', 'requestURI'),
];

/** Audit fields chosen with --fields; the header is the path. */
export function fieldColumns(fields: readonly string[]): readonly Column<Row>[] {
  return fields.map((path) => column(path.toUpperCase(), (row) => printValue(row[path])));
}
