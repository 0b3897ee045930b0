// Parts of a query that somebody else has answered already, for instance the engine: their series in, the same vectors per step out.
import type { Labels } from '../pipeline/entry.ts';
import type { SeriesIndex } from './series.ts';
import type { Sample, StepNode } from './vector.ts';

export interface KnownSeries {
  readonly labels: Labels;
  /** One place for each step, `undefined` where the series has no sample. */
  readonly values: readonly (number | undefined)[];
}

/** Asked at the first step, so the series may still be on their way while the query is prepared. */
export function createKnownNode(read: () => readonly KnownSeries[], index: SeriesIndex): StepNode {
  let known:
    | { readonly series: ReturnType<SeriesIndex['intern']>; readonly values: KnownSeries['values'] }[]
    | undefined;
  return {
    step(at) {
      known ??= read().map(({ labels, values }) => ({ series: index.intern(Object.entries(labels)), values }));
      const vector: Sample[] = [];
      for (const { series, values } of known) {
        const value = values[at];
        if (value !== undefined) vector.push({ series, value });
      }
      return { ok: true, vector };
    },
  };
}
