// The answer to a metric query in Loki's JSON shape: plain result in, the `data` of the response out.

import type { MetricResult, Point } from '../metric/index.ts';
import type { Labels } from '../pipeline/entry.ts';
import { printPlain } from '../syntax/index.ts';

/** Times of vectors and matrices are seconds, those of scalars milliseconds: Loki's own, and its clients expect both. */
export type MetricData =
  | { readonly resultType: 'scalar'; readonly result: readonly [timeMillis: number, value: string] }
  | {
      readonly resultType: 'vector';
      readonly result: readonly { readonly metric: Labels; readonly value: SamplePair }[];
    }
  | {
      readonly resultType: 'matrix';
      readonly result: readonly { readonly metric: Labels; readonly values: readonly SamplePair[] }[];
    };

export type SamplePair = readonly [timeSeconds: number, value: string];

export function printMetric(result: MetricResult): MetricData {
  switch (result.kind) {
    case 'scalar':
      return { resultType: 'scalar', result: [result.timeMillis, printPlain(result.value)] };
    case 'vector': {
      const { timeMillis, samples } = result;
      const print = (labels: Labels, value: number) => ({ metric: labels, value: printPoint([timeMillis, value]) });
      return { resultType: 'vector', result: samples.map(({ labels, value }) => print(labels, value)) };
    }
    case 'matrix':
      return {
        resultType: 'matrix',
        result: result.series.map(({ labels, points }) => ({ metric: labels, values: points.map(printPoint) })),
      };
  }
}

export function printPoint([timeMillis, value]: Point): SamplePair {
  return [timeMillis / 1000, printPlain(value)];
}
