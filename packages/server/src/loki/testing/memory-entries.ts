// An EntryStore in plain arrays, for tests: everything pushed stays in memory, in the order of time.
import type { PushStream } from '@kubewitness/core/formats';
import { createStreamMatcher, type Entry, type Labels, type Matcher, sumStreams } from '@kubewitness/core/logql';
import type { EntryStore, Selection } from '../index.ts';

interface Tenant {
  /** By time, equal times in the order of arrival. */
  entries: Entry[];
  readonly identities: Set<string>;
  readonly listeners: Set<(fresh: readonly Entry[]) => void>;
  /** One object for each label set. */
  readonly labelSets: Map<string, Labels>;
}

const BATCH = 1000;

export function createMemoryEntries(nowNanos: () => bigint = () => 0n): EntryStore {
  const tenants = new Map<string, Tenant>();

  function getTenant(name: string): Tenant {
    let tenant = tenants.get(name);
    if (tenant === undefined) {
      tenant = { entries: [], identities: new Set(), listeners: new Set(), labelSets: new Map() };
      tenants.set(name, tenant);
    }
    return tenant;
  }

  function keep(tenant: Tenant, streams: readonly PushStream[]): Entry[] {
    const fresh: Entry[] = [];
    for (const { labels, entries } of streams) {
      const key = JSON.stringify(labels);
      const set = tenant.labelSets.get(key) ?? labels;
      tenant.labelSets.set(key, set);
      for (const entry of entries) {
        const identity = `${key}\n${entry.timeNanos}\n${entry.line}`;
        if (tenant.identities.has(identity)) continue;
        tenant.identities.add(identity);
        fresh.push({ ...entry, labels: set });
      }
    }
    return fresh;
  }

  function findAll(
    { tenant, matchers, startNanos, endNanos }: Selection,
    among: readonly Entry[] = getTenant(tenant).entries,
  ): Entry[] {
    const matches = createStreamMatcher(matchers);
    return among.filter((e) => e.timeNanos >= startNanos && e.timeNanos < endNanos && matches(e.labels));
  }

  async function* readAll(found: readonly Entry[], direction: 'forward' | 'backward') {
    const ordered = direction === 'backward' ? [...found].reverse() : found;
    for (let at = 0; at < ordered.length; at += BATCH) yield ordered.slice(at, at + BATCH);
  }

  return {
    async append(name, streams) {
      const tenant = getTenant(name);
      const fresh = keep(tenant, streams);
      // Stable, so that equal times stay in the order of arrival.
      tenant.entries = [...tenant.entries, ...fresh].sort((a, b) =>
        a.timeNanos < b.timeNanos ? -1 : a.timeNanos > b.timeNanos ? 1 : 0,
      );
      for (const listener of tenant.listeners) listener(fresh);
      return { ok: true };
    },

    select: (selection, direction) => readAll(findAll(selection), direction),

    streams: async (selection) => [...new Set(findAll(selection).map((entry) => entry.labels))],

    sums: async (selection, stepNanos) => sumStreams(findAll(selection), stepNanos),

    follow(name: string, matchers: readonly Matcher[], signal) {
      // `append` makes a new list each time, so this one stays what it was.
      const { listeners, entries: before } = getTenant(name);
      const matches = createStreamMatcher(matchers);
      const waiting: Entry[][] = [];
      let wake = () => {};
      const listener = (fresh: readonly Entry[]) => {
        waiting.push(fresh.filter((entry) => matches(entry.labels)));
        wake();
      };
      listeners.add(listener);
      const coming = (async function* () {
        try {
          while (!signal.aborted) {
            const entries = waiting.shift();
            if (entries !== undefined) yield { entries, foundNanos: nowNanos() };
            else {
              await new Promise<void>((resolve) => {
                wake = resolve;
                signal.addEventListener('abort', () => resolve(), { once: true });
              });
            }
          }
        } finally {
          listeners.delete(listener);
        }
      })();
      return { select: (selection, direction) => readAll(findAll(selection, before), direction), coming };
    },
  };
}
