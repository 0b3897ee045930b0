// A store of entries and the entries of sessions -> one store that answers with both. In and out: selections and entries, in the order of time.
import type { Entry } from '@kubewitness/core/logql';
import type { EntryStore } from '../../loki/index.ts';
import type { SessionEntries } from './session-entries.ts';

type Direction = 'forward' | 'backward';
type Batches = AsyncIterable<readonly Entry[]>;

/** A question that sessions cannot be an answer to goes to the store alone. */
export function withSessions(store: EntryStore, sessions: SessionEntries): EntryStore {
  return {
    append: (tenant, streams, signal) => store.append(tenant, streams, signal),
    select: (selection, direction, signal) => {
      const own = store.select(selection, direction, signal);
      if (!sessions.canMatch(selection.tenant, selection.matchers)) return own;
      return mergeByTime(own, sessions.select(selection, direction, signal), direction);
    },
    async streams(selection, signal) {
      const [own, computed] = await Promise.all([
        store.streams(selection, signal),
        sessions.streams(selection, signal),
      ]);
      return computed.length === 0 ? own : [...own, ...computed];
    },
    async sums(selection, stepNanos, signal) {
      const [own, computed] = await Promise.all([
        store.sums(selection, stepNanos, signal),
        sessions.sums(selection, stepNanos, signal),
      ]);
      return computed.length === 0 ? own : [...own, ...computed];
    },
    follow(tenant, matchers, signal) {
      if (!sessions.canMatch(tenant, matchers)) return store.follow(tenant, matchers, signal);
      const done = new AbortController();
      const ends = AbortSignal.any([signal, done.signal]);
      const both = [store.follow(tenant, matchers, ends), sessions.follow(tenant, matchers, ends)] as const;
      const [own, computed] = both;
      return {
        select: (selection, direction, until) =>
          mergeByTime(own.select(selection, direction, until), computed.select(selection, direction, until), direction),
        coming: mergeAsTheyCome(
          both.map(({ coming }) => coming),
          () => done.abort(),
        ),
      };
    },
  };
}

/** Two answers in order -> one in order; of equal times the first answer's come first forward, last backward. */
async function* mergeByTime(first: Batches, second: Batches, direction: Direction): Batches {
  const sides = [openSide(first), openSide(second)] as const;
  const [a, b] = sides;
  const isFirst = (x: Entry, y: Entry): boolean =>
    direction === 'forward' ? x.timeNanos <= y.timeNanos : x.timeNanos > y.timeNanos;
  try {
    await Promise.all(sides.map((side) => side.fill()));
    while (a.head() !== undefined && b.head() !== undefined) {
      const merged: Entry[] = [];
      // As far as both batches reach.
      for (let x = a.head(), y = b.head(); x !== undefined && y !== undefined; ) {
        if (isFirst(x, y)) {
          merged.push(x);
          a.take();
          x = a.head();
        } else {
          merged.push(y);
          b.take();
          y = b.head();
        }
      }
      yield merged;
      await a.fill();
      await b.fill();
    }
    for (const side of sides) {
      for (; side.head() !== undefined; await side.fill()) yield side.rest();
    }
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

interface Side {
  /** The next entry of the batch that was read; undefined when it is used up. */
  head(): Entry | undefined;
  take(): void;
  rest(): readonly Entry[];
  /** Reads until there is a head or the answer has ended. */
  fill(): Promise<void>;
  close(): Promise<void>;
}

function openSide(batches: Batches): Side {
  const reader = batches[Symbol.asyncIterator]();
  let batch: readonly Entry[] = [];
  let at = 0;
  return {
    head: () => batch[at],
    take: () => {
      at++;
    },
    rest: () => {
      const left = batch.slice(at);
      at = batch.length;
      return left;
    },
    async fill() {
      while (at >= batch.length) {
        const step = await reader.next();
        if (step.done === true) return;
        batch = step.value;
        at = 0;
      }
    },
    close: async () => {
      await reader.return?.();
    },
  };
}

/** What comes of any as soon as it is there; `close` ends those that still wait. */
async function* mergeAsTheyCome<T>(all: readonly AsyncIterable<T>[], close: () => void): AsyncGenerator<T, void, void> {
  const readers = all.map((batches) => batches[Symbol.asyncIterator]());
  const read = async (reader: AsyncIterator<T>) => ({ reader, step: await reader.next() });
  const waiting = new Map(readers.map((reader) => [reader, read(reader)]));
  try {
    while (waiting.size > 0) {
      const { reader, step } = await Promise.race(waiting.values());
      if (step.done === true) waiting.delete(reader);
      else {
        waiting.set(reader, read(reader));
        yield step.value;
      }
    }
  } finally {
    close();
    await Promise.allSettled(waiting.values());
  }
}
