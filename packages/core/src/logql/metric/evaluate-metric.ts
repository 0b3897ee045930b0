// A metric query over entries that are at hand: query, window and a source in, Loki's answer as plain data out.
import type { Entry } from '../pipeline/entry.ts';
import type { Matcher, MetricQuery } from '../syntax/ast.ts';
import { type MetricOptions, prepareMetric } from './prepare-metric.ts';
import type { MetricOutcome } from './run-steps.ts';
import type { MetricWindow } from './steps.ts';

/** The entries of all streams that match, from start up to but not including end, in any order. */
export type EntrySource = (matchers: readonly Matcher[], startNanos: bigint, endNanos: bigint) => Iterable<Entry>;

export interface MetricRequest extends MetricOptions {
  readonly entries: EntrySource;
  readonly window: MetricWindow;
}

/** The plain way; who reads from afar feeds the reads of `prepareMetric` itself, at its own pace. */
export function evaluateMetric(query: MetricQuery, request: MetricRequest): MetricOutcome {
  const prepared = prepareMetric(query, request.window, request);
  if (!prepared.ok) return prepared;
  for (const { matchers, startNanos, endNanos, accept } of prepared.reads) {
    for (const entry of request.entries(matchers, startNanos, endNanos)) {
      const problem = accept(entry);
      if (problem !== undefined) return { ok: false, problem };
    }
  }
  return prepared.finish();
}
