// The statement of a planned range aggregation: plan, times and what is known of rows in; what to ask the engine, and which rows are left, out.
import type { MetricRead } from '@kubewitness/core/logql';
import type { GroupPick } from './find-pick.ts';
import type { RangeSums } from './plan-range.ts';
import { overlaps, type RowFacts } from './row-facts.ts';
import type { SumsWanted } from './run-sums.ts';
import { splitRows } from './split-rows.ts';
import { planBuckets } from './time-buckets.ts';

export interface SumsQuestion {
  readonly tenant: string;
  readonly read: Pick<MetricRead, 'matchers' | 'query' | 'startNanos' | 'endNanos'>;
  readonly plan: RangeSums;
  readonly steps: readonly bigint[];
  readonly facts: RowFacts;
  readonly maxSamples: number;
  readonly pick: GroupPick | undefined;
}

/** `rest`: the condition of the rows that the server reads itself. */
export function wantSums(question: SumsQuestion): { readonly wanted: SumsWanted; readonly rest: string | undefined } {
  const { tenant, read, plan, steps, facts, maxSamples, pick } = question;
  const { startNanos, endNanos, matchers, query } = read;
  const { sound, rest } = splitRows(plan.needs, facts, read, plan.doubts);
  const [first = 0n, second] = steps;
  const stepNanos = second === undefined ? undefined : second - first;
  return {
    wanted: {
      plan,
      selection: { tenant, matchers, startNanos, endNanos },
      labels: facts.hasUnchecked ? undefined : facts.labels,
      buckets: planBuckets(first - query.offsetNanos, endNanos - 1n, stepNanos, query.rangeNanos),
      sound,
      mayBePushed: facts.hasUnchecked || overlaps(facts.pushed, startNanos, endNanos),
      // One more shows that there are too many.
      limit: maxSamples + 1,
      // Where every sum is whole: what comes of other rows or moments would change who is first.
      pick: rest === undefined && steps.length === 1 ? pick : undefined,
    },
    rest,
  };
}
