// EntryStore: the least that the reference needs to answer Loki's whole API. Selections in, entries in the order of time out.
import type { PushStream } from '@kubewitness/core/formats';
import type { Entry, Labels, Matcher, StreamSum } from '@kubewitness/core/logql';
import type { Appended, Selection } from './source.ts';

/** Entries that became readable together. */
export interface FreshEntries {
  readonly entries: readonly Entry[];
  /** When they were found, by the clock of the store. */
  readonly foundNanos: bigint;
}

/** Cut at one moment of arrival: `select` gives what came before it, `coming` what comes after it. */
export interface FollowedEntries {
  readonly select: EntryStore['select'];
  /** Ends when the signal of `follow` aborts; without entries it is a sign of life. */
  readonly coming: AsyncIterable<FreshEntries>;
}

export interface EntryStore {
  append(tenant: string, streams: readonly PushStream[], signal: AbortSignal): Promise<Appended>;
  /** Equal times in the order of arrival forward, and the other way round backward. Read only as far as asked. */
  select(selection: Selection, direction: 'forward' | 'backward', signal: AbortSignal): AsyncIterable<readonly Entry[]>;
  /** Label sets of streams that have an entry in the selection. */
  streams(selection: Selection, signal: AbortSignal): Promise<readonly Labels[]>;
  /** Counts and bytes of each of these streams, or of each step of each; steps are multiples of `stepNanos`. */
  sums(selection: Selection, stepNanos: bigint | undefined, signal: AbortSignal): Promise<readonly StreamSum[]>;
  /** Entries that come from now on, each once. */
  follow(tenant: string, matchers: readonly Matcher[], signal: AbortSignal): FollowedEntries;
}
