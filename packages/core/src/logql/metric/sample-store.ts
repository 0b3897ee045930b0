// The samples of one range aggregation: taken in any order, handed out in the order of time. Bounded by the caller's limit.
import type { EntrySeries } from './entry-series.ts';

export interface StoredSample {
  readonly timeNanos: bigint;
  readonly value: number;
  /** How many entries it stands for; one when left out. */
  readonly count?: number | undefined;
  readonly of: EntrySeries;
}

export interface SampleStore {
  /** False when there is no room left: the query is too wide. */
  readonly add: (sample: StoredSample) => boolean;
  /** Sorted once; samples of the same moment stay in the order they came in. */
  readonly sorted: () => readonly StoredSample[];
}

export function createSampleStore(maxSamples: number): SampleStore {
  const samples: StoredSample[] = [];
  let newest: bigint | undefined;
  let ordered = true;
  return {
    add(sample) {
      if (samples.length >= maxSamples) return false;
      if (newest !== undefined && sample.timeNanos < newest) ordered = false;
      else newest = sample.timeNanos;
      samples.push(sample);
      return true;
    },
    sorted() {
      if (!ordered) {
        samples.sort((left, right) =>
          left.timeNanos < right.timeNanos ? -1 : left.timeNanos > right.timeNanos ? 1 : 0,
        );
        ordered = true;
      }
      return samples;
    },
  };
}
