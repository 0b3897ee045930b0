// A recorded log query replayed over entries in memory: select, stages, direction, limit, interval; the streams of the answer out.
import { createStreamMatcher } from '../../catalog/index.ts';
import type { LogQuery } from '../../syntax/index.ts';
import { compilePipeline } from '../compile-pipeline.ts';
import type { Entry, Labels, PipelineResult } from '../entry.ts';
import { ERROR_DETAILS_LABEL, ERROR_LABEL } from '../label-state.ts';

export interface LogRequest {
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly limit: number;
  readonly forward: boolean;
  readonly intervalNanos: bigint;
  readonly categorize: boolean;
}

export type LogAnswer =
  | { readonly ok: true; readonly streams: ReadonlyMap<string, readonly string[]> }
  | { readonly ok: false; readonly message: string };

/** Entries in time order. Streams by their sorted labels, values as JSON, so that answers compare as texts. */
export function runLogQuery(query: LogQuery, request: LogRequest, entries: readonly Entry[]): LogAnswer {
  const pipeline = compilePipeline(query.stages);
  if (!pipeline.ok) return { ok: false, message: pipeline.problem.message };
  const matches = createStreamMatcher(query.matchers);
  const streams = new Map<string, string[]>();
  const ordered = request.forward ? entries : [...entries].reverse();
  let last: bigint | undefined;
  let count = 0;
  for (const entry of ordered) {
    if (count >= request.limit) break;
    if (!isWithin(entry, request) || !matches(entry.labels)) continue;
    const result = pipeline.run(entry);
    if (result === undefined) continue;
    const gap = last === undefined ? request.intervalNanos : entry.timeNanos - last;
    if ((gap < 0n ? -gap : gap) < request.intervalNanos) continue;
    last = entry.timeNanos;
    count += 1;
    const key = printLabels(
      request.categorize ? result.stream : { ...result.stream, ...result.metadata, ...withErrors(result) },
    );
    const values = streams.get(key) ?? [];
    streams.set(key, values);
    values.push(JSON.stringify(printEntry(entry, result, request.categorize)));
  }
  return { ok: true, streams };
}

export function printLabels(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isWithin({ timeNanos }: Entry, { startNanos, endNanos }: LogRequest): boolean {
  if (startNanos === endNanos) return timeNanos === startNanos;
  return timeNanos >= startNanos && timeNanos < endNanos;
}

function withErrors({ parsed, error, errorDetails }: PipelineResult): Labels {
  return {
    ...parsed,
    ...(error === '' ? {} : { [ERROR_LABEL]: error }),
    ...(errorDetails === '' ? {} : { [ERROR_DETAILS_LABEL]: errorDetails }),
  };
}

function printEntry(entry: Entry, result: PipelineResult, categorize: boolean): unknown[] {
  const value = [String(entry.timeNanos), result.line];
  if (!categorize) return value;
  const parsed = sorted(withErrors(result));
  const metadata = sorted(result.metadata);
  return [
    ...value,
    {
      ...(Object.keys(metadata).length > 0 ? { structuredMetadata: metadata } : {}),
      ...(Object.keys(parsed).length > 0 ? { parsed } : {}),
    },
  ];
}

function sorted(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
