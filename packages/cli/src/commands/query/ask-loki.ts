// The questions to Loki's API: requests in; pages of entries, series, or the bytes of an answer out.
import { CliProblem, type HttpClient, type Params } from '../../client/index.ts';
import { type LogEntry, type MetricSeries, parseEntries, parseSeries } from './loki-answer.ts';
import { Seam } from './once-at-the-seam.ts';
import type { QueryRequest } from './query-request.ts';

export const DEFAULT_LINES = 100;
/** Lines of one page: with lines of some KiB a few MiB, whatever the server would give. */
const PAGE_LINES = 1000;
const HOUR_NANOS = 3_600_000_000_000n;
/** Clocks differ: the store takes what lies up to a day ahead. */
const AHEAD_NANOS = 24n * HOUR_NANOS;

export interface Asker {
  readonly client: HttpClient;
  readonly request: QueryRequest;
  /** What "now" means: the clock's, or the newest record of the files. */
  readonly nowNanos: bigint;
  readonly signal: AbortSignal;
}

type Texts = Readonly<Record<string, string | undefined>>;

export const toParams = (texts: Texts): Params =>
  new Map(Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, [text]] as const])));

export const tenantHeaders = ({ tenant }: QueryRequest): Readonly<Record<string, string>> => ({
  'x-scope-orgid': tenant,
});

/** The end of a question is exclusive, a moment is not: the last nanosecond before the end sees the same window. */
function momentOf({ request, nowNanos }: Asker): bigint {
  return request.untilNanos === undefined ? nowNanos : request.untilNanos - 1n;
}

interface LokiCall {
  readonly path: string;
  readonly texts: Texts;
}

/** The request as Loki's API takes it. */
export function planCall(asker: Asker): LokiCall {
  const { request, nowNanos } = asker;
  const { text: query, mode, fromNanos, untilNanos, step } = request;
  if (mode === 'instant') return { path: '/loki/api/v1/query', texts: { query, time: String(momentOf(asker)) } };
  if (mode === 'range') {
    // Files may end before the time that was asked for begins: then nothing lies in it.
    const end = untilNanos ?? (fromNanos !== undefined && fromNanos > nowNanos ? fromNanos : nowNanos);
    const start = fromNanos ?? end - HOUR_NANOS;
    return { path: '/loki/api/v1/query_range', texts: { query, start: String(start), end: String(end), step } };
  }
  return {
    path: '/loki/api/v1/query_range',
    texts: {
      query,
      start: String(fromNanos ?? 0n),
      end: String(untilNanos ?? nowNanos + AHEAD_NANOS),
      limit: String(request.limit ?? DEFAULT_LINES),
      direction: request.newestFirst ? 'backward' : 'forward',
    },
  };
}

/** A way on behind Loki's sentence, which ends with the limit. */
const WAYS_ON: readonly (readonly [RegExp, string])[] = [
  [/maximum (number )?of series/, 'Group by fewer labels, or ask for topk(10, …).'],
  [/query time range exceeds/, 'Ask for a shorter time with --since.'],
  [/max entries limit/, 'Ask for fewer lines with --limit.'],
  [/maximum resolution/, 'Take a larger --step or a shorter --since.'],
];

export async function withWayOn<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof CliProblem) || error.code !== 'KW_CLI_QUERY') throw error;
    const wayOn = WAYS_ON.find(([sentence]) => sentence.test(error.message))?.[1];
    if (wayOn === undefined) throw error;
    throw new CliProblem(
      { fromServer: error.code, status: error.exitCode === 2 ? 400 : 500 },
      `${error.message}. ${wayOn}`,
      error,
    );
  }
}

function getAnswer({ client, request, signal }: Asker, { path, texts }: LokiCall): Promise<unknown> {
  return withWayOn(client.getJson({ path, params: toParams(texts), headers: tenantHeaders(request), signal }));
}

/** At one moment the highest comes first, unless the query says otherwise: Loki sorts by labels, topk too. */
export async function readSeries(asker: Asker): Promise<readonly MetricSeries[]> {
  const series = parseSeries(await getAnswer(asker, planCall(asker)));
  const { query, mode } = asker.request;
  const operation = query.kind === 'vectorAggregation' ? query.operation : '';
  if (mode === 'range' || operation === 'sort' || operation === 'sort_desc') return series;
  const sign = operation === 'bottomk' ? 1 : -1;
  const numberIn = ({ samples }: MetricSeries): number => Number(samples[0]?.value.replace('Inf', 'Infinity') ?? 0);
  return [...series].sort((a, b) => sign * (numberIn(a) - numberIn(b)) || 0);
}

/** The answer as it comes, for -o json. */
export async function openAnswer(asker: Asker): Promise<AsyncIterable<Uint8Array>> {
  const { path, texts } = planCall(asker);
  const { client, request, signal } = asker;
  const call = { path, params: toParams(texts), headers: tenantHeaders(request), signal };
  return (await withWayOn(client.open(call))).chunks;
}

/** Page by page, so that neither side holds more than one; each entry once. */
export async function* readEntries(asker: Asker): AsyncGenerator<readonly LogEntry[]> {
  const { request } = asker;
  const { path, texts } = planCall(asker);
  const seam = new Seam();
  const limit = request.limit ?? DEFAULT_LINES;
  for (let left = limit === 0 ? Number.POSITIVE_INFINITY : limit; left > 0; ) {
    // What the last page gave of the seam comes again and must not fill this one.
    const size = Math.min(PAGE_LINES, left) + seam.count;
    const at = seam.timeNanos;
    const from = at === undefined || request.newestFirst ? texts['start'] : String(at);
    const until = at === undefined || !request.newestFirst ? texts['end'] : String(at + 1n);
    const page = parseEntries(
      await getAnswer(asker, { path, texts: { ...texts, start: from, end: until, limit: String(size) } }),
      request.newestFirst,
    );
    const fresh = seam.take(page).slice(0, left);
    yield fresh;
    left -= fresh.length;
    if (page.length < size) return;
  }
}
