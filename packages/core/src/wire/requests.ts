// Requests of the read API: query parameters -> typed requests, or a problem. Server and command line read the same words.
import { FIELDS } from '../event/index.ts';
import { DEFAULT_LIMIT, VIEWS, type View } from './api.ts';
import { FILTER_FLAGS, type Filter } from './filter.ts';
import { suggest } from './nearest.ts';
import { FILTER_PARAMS, type Params, type Parsed, parseCount, parseFilter, parseFlagBoolean } from './parse-filter.ts';

export const ORDERS = ['newest', 'oldest'] as const;
export type Order = (typeof ORDERS)[number];

/** Where a page ended: the time and identity of its last record. */
export interface Cursor {
  readonly timeNanos: bigint;
  /** 32 hex digits. */
  readonly recordId: string;
}

export interface RecordsRequest {
  readonly filter: Filter;
  /** 0 = all. */
  readonly limit: number;
  readonly order: Order;
  readonly cursor: Cursor | undefined;
  readonly view: View;
  /** Audit fields to print instead of the row, such as `userAgent` or `user.username`; empty = the row. */
  readonly fields: readonly string[];
  /** Each distinct set of `fields` once. */
  readonly unique: boolean;
}

export interface TopRequest {
  readonly filter: Filter;
  /** One of TOP_BY. */
  readonly by: string;
  readonly limit: number;
}

/** What `top` can group by. */
export const TOP_BY: readonly string[] = FIELDS.flatMap((f) => (f.by === undefined ? [] : [f.by]));

const FILTER_NAMES: readonly string[] = [...FILTER_FLAGS, ...FILTER_PARAMS];
const RECORDS_NAMES = [...FILTER_NAMES, 'limit', 'order', 'cursor', 'view', 'fields', 'unique'];
const TOP_NAMES = [...FILTER_NAMES, 'by', 'limit'];
const TAIL_NAMES = [...FILTER_NAMES, 'view'];

function findUnknown(params: Params, valid: readonly string[]): string | undefined {
  for (const name of params.keys()) {
    if (!valid.includes(name))
      return `${JSON.stringify(name)} is not a parameter of this request; ${suggest(name, valid)}`;
  }
  return undefined;
}

export function printCursor(cursor: Cursor): string {
  return `${cursor.timeNanos}-${cursor.recordId}`;
}

export function parseCursor(text: string): Cursor | undefined {
  const match = /^(-?\d{1,19})-([0-9a-f]{32})$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { timeNanos: BigInt(match[1]), recordId: match[2] };
}

function parseWord<T extends string>(params: Params, name: string, valid: readonly T[], byDefault: T): Parsed<T> {
  const text = params.get(name)?.at(-1);
  if (text === undefined) return { ok: true, value: byDefault };
  const found = valid.find((v) => v === text);
  return found === undefined
    ? { ok: false, problem: `--${name} ${JSON.stringify(text)} is unknown; ${suggest(text, valid)}` }
    : { ok: true, value: found };
}

/** A dotted path, each part letters, digits and `_-/`; annotation keys hold dots, so `annotations.` takes the rest as one key. */
function findBadField(fields: readonly string[]): string | undefined {
  return fields.find((f) => !/^[A-Za-z_][\w-]*(\[\d{1,4}\])?(\.[^\s'"\\]+)*$/.test(f) || /\.(\.|$)/.test(f));
}

export function parseRecordsRequest(params: Params, nowNanos: bigint): Parsed<RecordsRequest> {
  const unknown = findUnknown(params, RECORDS_NAMES);
  if (unknown !== undefined) return { ok: false, problem: unknown };
  const filter = parseFilter(params, nowNanos);
  if (!filter.ok) return filter;
  const limit = parseCount('limit', params.get('limit') ?? []);
  if (!limit.ok) return limit;
  const order = parseWord(params, 'order', ORDERS, 'newest');
  if (!order.ok) return order;
  const view = parseWord(params, 'view', VIEWS, 'row');
  if (!view.ok) return view;
  const unique = parseFlagBoolean('unique', params.get('unique') ?? []);
  if (!unique.ok) return unique;
  const fields = (params.get('fields') ?? []).flatMap((f) => f.split(',')).filter((f) => f !== '');
  const bad = findBadField(fields);
  if (bad !== undefined) {
    return {
      ok: false,
      problem: `${JSON.stringify(bad)} is not a field path; write userAgent, user.username or sourceIPs[0].`,
    };
  }
  if (unique.value && fields.length === 0) {
    return { ok: false, problem: '--unique needs --fields: it prints each distinct set of those fields once.' };
  }
  const text = params.get('cursor')?.at(-1);
  const cursor = text === undefined ? undefined : parseCursor(text);
  if (text !== undefined && cursor === undefined) {
    return { ok: false, problem: 'cursor is not one that this server gave; start again without it.' };
  }
  return {
    ok: true,
    value: {
      filter: filter.value,
      // Who asks for the newest N wants to see them all.
      limit: limit.value ?? filter.value.last ?? DEFAULT_LIMIT,
      order: order.value,
      cursor,
      view: view.value,
      fields,
      unique: unique.value,
    },
  };
}

export function parseTopRequest(params: Params, nowNanos: bigint): Parsed<TopRequest> {
  const unknown = findUnknown(params, TOP_NAMES);
  if (unknown !== undefined) return { ok: false, problem: unknown };
  const filter = parseFilter(params, nowNanos);
  if (!filter.ok) return filter;
  const limit = parseCount('limit', params.get('limit') ?? []);
  if (!limit.ok) return limit;
  const by = parseWord(params, 'by', TOP_BY, 'user');
  if (!by.ok) return by;
  return { ok: true, value: { filter: filter.value, by: by.value, limit: limit.value ?? 10 } };
}

/** Parameters of stats and export: a filter and nothing else. */
export function parseFilterRequest(params: Params, nowNanos: bigint): Parsed<Filter> {
  const unknown = findUnknown(params, FILTER_NAMES);
  return unknown === undefined ? parseFilter(params, nowNanos) : { ok: false, problem: unknown };
}

export function parseTailRequest(params: Params, nowNanos: bigint): Parsed<{ filter: Filter; view: View }> {
  const unknown = findUnknown(params, TAIL_NAMES);
  if (unknown !== undefined) return { ok: false, problem: unknown };
  const filter = parseFilter(params, nowNanos);
  if (!filter.ok) return filter;
  const view = parseWord(params, 'view', VIEWS, 'row');
  return view.ok ? { ok: true, value: { filter: filter.value, view: view.value } } : view;
}
