// Plan of a listing: RecordsRequest -> the statements that give its rows in order, page by page.
import type { Cursor, Filter, RecordsRequest } from '@kubewitness/core/wire';
import { quoteLiteral, quoteTime, type SqlSettings } from '../../store/index.ts';
import { printFieldsRow } from './plan-fields.ts';
import { isNarrowed, planConditions, printWhere, type StoreFacts } from './plan-filter.ts';
import { printRowColumns } from './row-columns.ts';
import { chooseCache, chooseSteps, ONE_PASS_ROWS, SORT_SETTINGS, SORTED_PAGE_ROWS } from './sort-settings.ts';

export type RecordsFormat = 'json' | 'lines';

export interface RecordsPage {
  readonly sql: string;
  readonly settings: SqlSettings;
  /** Rows asked for; 0 = all. When a sorted page comes back full, the next one goes on at its last row. */
  readonly limit: number;
  readonly more: boolean;
}

export interface RecordsPlan {
  readonly format: RecordsFormat;
  readonly limit: number;
  page(cursor: Cursor | undefined, rowsSoFar: number): RecordsPage;
}

/** Names of the answer never hide columns in conditions. */
const BASE: SqlSettings = { prefer_column_name_to_alias: 1, date_time_output_format: 'iso' };

export function rowsInRange(filter: Filter, facts: StoreFacts): number {
  const day = (nanos: bigint) => new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 10);
  const first = filter.fromNanos === undefined ? '' : day(filter.fromNanos);
  const last = filter.untilNanos === undefined ? '9' : day(filter.untilNanos);
  let rows = 0;
  for (const [name, count] of facts.rowsByDay) if (name >= first && name <= last) rows += count;
  return rows;
}

const printId = ({ recordId }: Cursor): string => `toFixedString(unhex(${quoteLiteral(recordId)}), 16)`;

/** The record of the cursor, and what is newer. */
export function printFrom(cursor: Cursor): string {
  const time = quoteTime(cursor.timeNanos);
  return `time >= ${time} AND (time > ${time} OR record_id >= ${printId(cursor)})`;
}

function printAfter(cursor: Cursor, newestFirst: boolean): string {
  const time = quoteTime(cursor.timeNanos);
  const id = printId(cursor);
  return newestFirst
    ? `time <= ${time} AND (time < ${time} OR record_id < ${id})`
    : `time >= ${time} AND (time > ${time} OR record_id > ${id})`;
}

function printSelect(request: RecordsRequest, facts: StoreFacts): { columns: string; format: string } {
  // A text with JSON in it would come out as a text: the object is put together where the types are known.
  if (request.fields.length > 0) return { columns: printFieldsRow(request.fields), format: 'TSVRaw' };
  // What JavaScript cuts again into lines: time and identity are for the cursor.
  if (request.view === 'line') return { columns: 'time, record_id, line', format: 'RowBinary' };
  return { columns: printRowColumns(request.view, request.filter, facts), format: 'JSONEachRow' };
}

/** `--last N` is a limit on a listing, unless a smaller one was asked for. */
export function effectiveLimit({ filter: { last }, limit }: RecordsRequest): number {
  if (last === undefined) return limit;
  return limit === 0 ? last : Math.min(limit, last);
}

/**
 * What a listing chooses from, and the conditions that are left to it. The newest N are a limit where they are shown newest first
 * from the start; else they have to be found before anything is left out, turned round or made distinct.
 */
function printRange(request: RecordsRequest, facts: StoreFacts): { from: string; conditions: readonly string[] } {
  const conditions = planConditions(request.filter, 'list', facts);
  const { last } = request.filter;
  const fromTheTop = request.order === 'newest' && request.cursor === undefined && !request.unique;
  if (last === undefined || fromTheTop) return { from: 'records', conditions };
  const where = printWhere(conditions);
  return {
    from: `(SELECT * FROM records ${where} ORDER BY time DESC, record_id DESC LIMIT ${last})`,
    conditions: [],
  };
}

/** `SELECT DISTINCT` of fields: one sorted statement without pages. */
function planUnique(request: RecordsRequest, facts: StoreFacts): RecordsPlan {
  const { columns, format } = printSelect(request, facts);
  const { from, conditions } = printRange(request, facts);
  const { limit } = request;
  const sql = `SELECT DISTINCT ${columns} FROM ${from} ${printWhere(conditions)} ORDER BY ALL${limit === 0 ? '' : ` LIMIT ${limit}`} FORMAT ${format}`;
  return { format: 'json', limit, page: () => ({ sql, settings: BASE, limit, more: false }) };
}

/** A listing that keeps few of not too many records: sorted in memory, one page after the other. */
export function readsOnePass({ filter }: RecordsRequest, facts: StoreFacts): boolean {
  return isNarrowed(filter) && rowsInRange(filter, facts) <= ONE_PASS_ROWS;
}

export function planRecords(request: RecordsRequest, facts: StoreFacts): RecordsPlan {
  if (request.unique) return planUnique(request, facts);
  const { columns, format } = printSelect(request, facts);
  const { from, conditions } = printRange(request, facts);
  const newestFirst = request.order === 'newest';
  const limit = effectiveLimit(request);
  const direction = newestFirst ? 'DESC' : 'ASC';
  const onePass = readsOnePass(request, facts);
  return {
    format: request.view === 'line' && request.fields.length === 0 ? 'lines' : 'json',
    limit,
    page(cursor, rowsSoFar) {
      const rest = limit === 0 ? 0 : limit - rowsSoFar;
      // Pages sorted in memory need the last row's cursor, which answers of fields do not carry.
      const sorted =
        onePass && rowsSoFar === 0 && (request.fields.length === 0 || (rest > 0 && rest <= SORTED_PAGE_ROWS));
      const take = sorted && (rest === 0 || rest > SORTED_PAGE_ROWS) ? SORTED_PAGE_ROWS : rest;
      const where = printWhere([...conditions, ...(cursor === undefined ? [] : [printAfter(cursor, newestFirst)])]);
      const sql = `SELECT ${columns} FROM ${from} ${where} ORDER BY time ${direction}, record_id ${direction}${take === 0 ? '' : ` LIMIT ${take}`} FORMAT ${format}`;
      const settings = {
        ...BASE,
        ...(sorted ? { ...SORT_SETTINGS, ...chooseSteps(request.filter), ...chooseCache(request.filter) } : {}),
        optimize_read_in_order: sorted ? 0 : 1,
      };
      return { sql, settings, limit: take, more: take !== rest };
    },
  };
}
