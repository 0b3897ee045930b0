// EntryStore: the least that the reference needs to answer Loki's whole API. Selections in, entries in the order of time out.
import type { PushStream } from '@kubewitness/core/formats';
import type { Entry, Labels, Matcher } from '@kubewitness/core/logql';
import type { Appended, Selection } from './source.ts';

export interface EntryStore {
  append(tenant: string, streams: readonly PushStream[], signal: AbortSignal): Promise<Appended>;
  /** Equal times in the order of arrival forward, and the other way round backward. Read only as far as asked. */
  select(selection: Selection, direction: 'forward' | 'backward', signal: AbortSignal): AsyncIterable<readonly Entry[]>;
  /** Label sets of streams that have an entry in the selection. */
  streams(selection: Selection, signal: AbortSignal): Promise<readonly Labels[]>;
  /** Entries that come from now on, until the signal aborts. */
  follow(tenant: string, matchers: readonly Matcher[], signal: AbortSignal): AsyncIterable<readonly Entry[]>;
}
