// QueryRequest: the query and its flags, checked before anything is asked. What is asked depends on what the query gives: lines, or numbers at one moment or over a time.
import { OWN_TENANT, parseDurationNanos } from '@kubewitness/core/event';
import type { Query } from '@kubewitness/core/logql';
import { parseCount, parseFilter, suggest } from '@kubewitness/core/wire';
import { CliProblem } from '../../client/index.ts';
import type { Flags } from '../merge-options.ts';
import { listFlag, switchFlag, textFlag, wantsHeaders } from '../read-flags.ts';

export const QUERY_FORMATS = ['raw', 'table', 'wide', 'chart', 'json', 'ndjson', 'csv'] as const;
export type QueryFormat = (typeof QUERY_FORMATS)[number];

/** `lines`: a log query; `instant` and `range`: a metric query at one moment, or step by step. */
export type QueryMode = 'lines' | 'instant' | 'range';

export interface QueryRequest {
  readonly text: string;
  readonly query: Query;
  readonly mode: QueryMode;
  readonly format: QueryFormat;
  readonly headers: boolean;
  readonly follow: boolean;
  readonly explain: boolean;
  /** Inclusive. */
  readonly fromNanos: bigint | undefined;
  /** Exclusive. */
  readonly untilNanos: bigint | undefined;
  /** 0: all; undefined: the default. */
  readonly limit: number | undefined;
  readonly newestFirst: boolean;
  /** As given: seconds, or a duration. */
  readonly step: string | undefined;
  readonly tenant: string;
  /** The answer comes from files, whose records may be old: what is meant by "now" is their newest record. */
  readonly fromFiles: boolean;
}

const FORMATS: Readonly<Record<QueryMode, readonly QueryFormat[]>> = {
  lines: ['raw', 'table', 'wide', 'json', 'ndjson', 'csv'],
  instant: ['table', 'wide', 'json', 'ndjson', 'csv'],
  range: ['chart', 'table', 'wide', 'json', 'ndjson', 'csv'],
};
const GIVES: Readonly<Record<QueryMode, string>> = {
  lines: 'This query gives lines',
  instant: 'This query gives numbers at one moment',
  range: 'This query gives numbers over a time',
};

const usage = (sentence: string): CliProblem => new CliProblem('KW_CLI_USAGE', sentence);

export function parseQueryRequest(text: string, query: Query, flags: Flags, nowMs: number): QueryRequest {
  const mode = parseMode(query, flags);
  const bounds = parseBounds(flags, nowMs);
  const request: QueryRequest = {
    text,
    query,
    mode,
    format: parseFormat(flags, mode),
    headers: wantsHeaders(flags),
    follow: switchFlag(flags, 'follow'),
    explain: switchFlag(flags, 'explain'),
    ...bounds,
    limit: parseLimit(flags),
    newestFirst: parseOrder(flags),
    step: parseStep(flags),
    tenant: textFlag(flags, 'org-id') ?? OWN_TENANT,
    fromFiles: listFlag(flags, 'from').length > 0,
  };
  refuseContradictions(request);
  return request;
}

/** A range is what --step, --since and --since-time ask for; a metric query without them is answered for one moment. */
function parseMode(query: Query, flags: Flags): QueryMode {
  const instant = switchFlag(flags, 'instant');
  const step = textFlag(flags, 'step');
  if (query.kind === 'log') {
    if (instant || step !== undefined)
      throw usage(`${GIVES.lines}; --instant and --step are for metrics, such as count_over_time(… [5m]).`);
    return 'lines';
  }
  if (instant && step !== undefined) throw usage('--instant asks for one moment and --step for many; leave one out.');
  const asksRange = step !== undefined || ['since', 'since-time'].some((name) => textFlag(flags, name) !== undefined);
  return !instant && asksRange ? 'range' : 'instant';
}

function parseFormat(flags: Flags, mode: QueryMode): QueryFormat {
  const valid = FORMATS[mode];
  const text = textFlag(flags, 'output');
  const found = text === undefined ? valid[0] : valid.find((format) => format === text);
  if (found !== undefined) return found;
  const known = QUERY_FORMATS.some((format) => format === text);
  const words = suggest(text ?? '', known ? valid : QUERY_FORMATS);
  if (!known) throw usage(`-o ${JSON.stringify(text)} is not a format; ${words}`);
  const wayOut = text === 'chart' ? ' Ask for a range with --since or --step.' : '';
  throw usage(`${GIVES[mode]}, so -o ${text} cannot print it; ${words}${mode === 'instant' ? wayOut : ''}`);
}

function parseBounds(flags: Flags, nowMs: number): Pick<QueryRequest, 'fromNanos' | 'untilNanos'> {
  const texts = ['since', 'since-time', 'until'].flatMap((name) => {
    const value = textFlag(flags, name);
    return value === undefined ? [] : ([[name, [value]]] as const);
  });
  const parsed = parseFilter(new Map(texts), BigInt(nowMs) * 1_000_000n);
  if (!parsed.ok) throw usage(parsed.problem);
  const { fromNanos, untilNanos } = parsed.value;
  return { fromNanos, untilNanos };
}

function parseLimit(flags: Flags): number | undefined {
  const text = textFlag(flags, 'limit');
  const parsed = parseCount('limit', text === undefined ? [] : [text]);
  if (!parsed.ok) throw usage(parsed.problem);
  return parsed.value;
}

function parseOrder(flags: Flags): boolean {
  const text = textFlag(flags, 'order') ?? 'newest';
  if (text === 'newest' || text === 'oldest') return text === 'newest';
  throw usage(`order ${JSON.stringify(text)} is unknown; ${suggest(text, ['newest', 'oldest'])}`);
}

function parseStep(flags: Flags): string | undefined {
  const text = textFlag(flags, 'step');
  if (text === undefined) return undefined;
  const isGood = /^\d+(\.\d+)?$/.test(text) ? Number(text) > 0 : (parseDurationNanos(text) ?? 0n) > 0n;
  if (isGood) return text;
  throw usage(`--step ${JSON.stringify(text)} is not a length of time; write 30s, 5m, 1h, or a number of seconds.`);
}

function refuseContradictions(request: QueryRequest): void {
  const { mode, follow, explain, fromFiles, untilNanos, format, limit } = request;
  if (follow && mode !== 'lines')
    throw usage('query -f follows lines; this query gives numbers. Run it again for new ones.');
  if (follow && explain) throw usage('--explain runs the query once and -f for ever; leave one of the two out.');
  if (follow && fromFiles) {
    const wayOut = 'For a live file run `kubewitness serve --tail FILE`.';
    throw usage(`query -f follows a server; --from reads what files hold now. ${wayOut}`);
  }
  if (follow && untilNanos !== undefined) throw usage('query -f has no end; leave --until out.');
  if (follow && limit === 0) {
    throw usage(
      'query -f begins with some of the newest lines, and --limit 0 means all: give a number, or leave -f out.',
    );
  }
  if (follow && format === 'json') throw usage('-o json prints one whole answer, and -f has none; use -o ndjson.');
  if (mode === 'lines' && !explain && format === 'json' && limit === 0) {
    throw usage('-o json prints one answer of the server as it came; for all lines use -o ndjson, or give a --limit.');
  }
  if (mode !== 'lines' && limit !== undefined)
    throw usage('--limit is for lines; to have fewer series ask for topk(10, …).');
}
