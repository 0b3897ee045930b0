// Two answers become one: in the order of time, each entry once, as far as was asked; live answers as they come, until the asker goes.
import { setTimeout as pause } from 'node:timers/promises';
import { type Entry, sumStreams } from '@kubewitness/core/logql';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EntryStore } from '../../loki/index.ts';
import { matchesSessions } from './matches-sessions.ts';
import type { SessionEntries } from './session-entries.ts';
import { cutWindows, halveWindow } from './session-windows.ts';
import { withSessions } from './with-sessions.ts';

const never = new AbortController().signal;
const ALL = { tenant: 'audit', matchers: [], startNanos: 0n, endNanos: 100n };

function createEntries(from: string, times: readonly number[], batch: number): EntryStore & SessionEntries {
  const labels = { from };
  const entries = times.map((time, at): Entry => ({ timeNanos: BigInt(time), labels, metadata: {}, line: `${at}` }));
  async function* cut(all: readonly Entry[]) {
    for (let at = 0; at < all.length; at += batch) yield all.slice(at, at + batch);
  }
  const select: EntryStore['select'] = (_, direction) =>
    cut(direction === 'forward' ? entries : [...entries].reverse());
  async function* come(signal: AbortSignal) {
    for (const entry of entries) {
      await pause(Number(entry.timeNanos) % 5, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      yield { entries: [entry], foundNanos: entry.timeNanos };
    }
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  return {
    canMatch: () => true,
    append: async () => ({ ok: true }),
    select,
    streams: async () => (entries.length === 0 ? [] : [{ from }]),
    sums: async (_, stepNanos) => sumStreams(entries, stepNanos),
    follow: (_tenant, _matchers, signal) => ({ select, coming: come(signal) }),
  };
}

const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 }).map((all) => all.sort((a, b) => a - b));
const batch = fc.integer({ min: 1, max: 4 });

test('selections are merged by time', async () => {
  await fc.assert(
    fc.asyncProperty(times, times, batch, batch, async (a, b, sizeA, sizeB) => {
      const both = withSessions(createEntries('records', a, sizeA), createEntries('sessions', b, sizeB));
      const read = async (direction: 'forward' | 'backward') => {
        const found: Entry[] = [];
        for await (const part of both.select(ALL, direction, never)) found.push(...part);
        return found;
      };
      const forward = await read('forward');
      const expected = [
        ...a.map((time) => ({ time, from: 'records' })),
        ...b.map((time) => ({ time, from: 'sessions' })),
      ];
      expect(forward.map(({ timeNanos, labels }) => ({ time: Number(timeNanos), from: labels['from'] }))).toEqual(
        expected.sort((x, y) => x.time - y.time),
      );
      expect((await read('backward')).reverse()).toEqual(forward);
    }),
    { numRuns: 200 },
  );
});

test('the streams of both, and a question that sessions have no part in', async () => {
  const sessions = createEntries('sessions', [1], 1);
  const both = withSessions(createEntries('records', [1, 2], 1), sessions);
  expect(await both.streams(ALL, never)).toHaveLength(2);
  expect((await both.sums(ALL, undefined, never)).map(({ entries }) => entries)).toEqual([2, 1]);
  const apart = withSessions(createEntries('records', [1, 2], 1), { ...sessions, canMatch: () => false });
  const found: Entry[] = [];
  for await (const part of apart.select(ALL, 'forward', never)) found.push(...part);
  expect(found.map(({ labels }) => labels['from'])).toEqual(['records', 'records']);
});

test('live entries of both come as they are there, and all ends when the asker stops', async () => {
  const both = withSessions(createEntries('records', [1, 2, 3], 1), createEntries('sessions', [4, 5], 1));
  const found: string[] = [];
  for await (const { entries } of both.follow('audit', [], never).coming) {
    found.push(...entries.map(({ labels, line }) => `${labels['from']} ${line}`));
    if (found.length === 5) break;
  }
  expect([...found].sort()).toEqual(['records 0', 'records 1', 'records 2', 'sessions 0', 'sessions 1']);
});

test('windows cover a span without gap or overlap, and halves a window', () => {
  const nanos = fc.bigInt({ min: 0n, max: 2_000_000_000_000_000_000n });
  fc.assert(
    fc.property(nanos, nanos, fc.constantFrom('forward' as const, 'backward' as const), (a, b, direction) => {
      const span = a < b ? { startNanos: a, endNanos: b } : { startNanos: b, endNanos: a };
      const windows = [...cutWindows(span, direction)].flatMap((one) => halveWindow(one, direction) ?? [one]);
      const sorted = direction === 'forward' ? windows : windows.reverse();
      expect(windows.length).toBeLessThan(30);
      let at = span.startNanos;
      for (const { startNanos, endNanos } of sorted) {
        expect(startNanos).toBe(at);
        expect(endNanos).toBeGreaterThan(startNanos);
        at = endNanos;
      }
      expect(at).toBe(span.endNanos);
    }),
  );
});

test.each([
  ['log_type', '=', 'session', true],
  ['log_type', '=~', 'audit|session', true],
  ['log_type', '=~', '.+', true],
  ['log_type', '!=', 'event', true],
  ['log_type', '=', 'audit', false],
  ['log_type', '!~', 'sess.*', false],
  ['log_type', '=~', 'sess', false],
  ['cluster', '=', 'a', false],
] as const)('%s%s"%s" may have sessions: %s', (name, operator, value, expected) => {
  const matcher = { kind: 'matcher', name, operator, value, span: { start: 0, end: 0 } } as const;
  expect(matchesSessions([matcher])).toBe(expected);
  // Every label that sessions do not have is empty; those that they have differ.
  expect(matchesSessions([matcher, { ...matcher, name: 'kubernetes_host', operator: '=~', value: '.+' }])).toBe(false);
  expect(matchesSessions([matcher, { ...matcher, name: 'event', operator: '=', value: 'ended' }])).toBe(expected);
});
