// What a push may hold: bounds, order and Loki's sentences; the good part of a batch is kept.
import type { PushStream } from '@kubewitness/core/formats';
import { expect, test } from 'vitest';
import { loadConfig } from '../config/index.ts';
import { createAdmission } from './admit-push.ts';
import { readLimits } from './limits.ts';

const NOW = 1_795_205_214_000_000_000n;
const SECOND = 1_000_000_000n;

function admission(...argv: readonly string[]) {
  const loaded = loadConfig({ argv, env: {}, readFile: () => '' });
  if (!loaded.ok) throw new Error(loaded.problem.detail);
  const inner = createAdmission(readLimits(loaded.config));
  return (...streams: readonly PushStream[]) => inner.admit('scratch', streams, [], NOW);
}
const stream = (labels: Record<string, string>, ...times: readonly bigint[]): PushStream => ({
  labels,
  entries: times.map((timeNanos) => ({ timeNanos, line: 'x', metadata: {} })),
});

test('what lies too far behind its stream is named with both times, the rest is kept', () => {
  const admit = admission('--limits-profile', 'loki');
  expect(admit(stream({ a: 'b' }, NOW)).problem).toBe('');
  const { streams, problem } = admit(stream({ a: 'b' }, 1_795_203_332n, NOW - SECOND), stream({ a: 'c' }, 5n));
  expect(problem).toBe(
    "entry with timestamp 1970-01-01 00:00:01.795203332 +0000 UTC ignored, reason: 'entry too far behind, entry timestamp is: 1970-01-01T00:00:01Z, oldest acceptable timestamp is: 2026-11-20T19:06:54Z',\n" +
      'user \'scratch\', total ignored: 1 out of 2 for stream: {a="b"}',
  );
  expect(streams).toEqual([stream({ a: 'b' }, NOW - SECOND), stream({ a: 'c' }, 5n)]);
});

test('the default profile takes any order', () => {
  const admit = admission();
  expect(admit(stream({ a: 'b' }, NOW, 5n)).problem).toBe('');
});

test('too new, too long, too many: one sentence alone, several counted', () => {
  const admit = admission('--limits-profile', 'loki', '--limits-max-line-bytes', '4');
  const late = NOW + 3600n * SECOND;
  expect(admit(stream({ a: 'b' }, late)).problem).toBe(
    `entry for stream '{a="b"}' has timestamp too new: 2026-11-20T21:06:54Z`,
  );
  expect(admit(stream({ a: 'b' }, late, late), stream({}, NOW)).problem).toBe(
    `2 errors like: entry for stream '{a="b"}' has timestamp too new: 2026-11-20T21:06:54Z; 1 errors like: error at least one label pair is required per stream`,
  );
  const long = { labels: { a: 'b' }, entries: [{ timeNanos: NOW, line: 'ééé', metadata: {} }] };
  expect(admit(long).problem).toBe(
    `max entry size '4' bytes exceeded for stream '{a="b"}' while adding an entry with length '6' bytes`,
  );
  const many = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`l${String(i).padStart(2, '0')}`, 'v']));
  expect(admit(stream(many, NOW)).problem).toMatch(/^entry for stream '\{l00="v", .*\}' has 16 label names; limit 15$/);
  expect(admit(stream({ ['n'.repeat(1025)]: 'v' }, NOW)).problem).toContain('has label name too long');
  const fat = { a: 'x'.repeat(70_000) };
  expect(admit({ labels: { a: 'b' }, entries: [{ timeNanos: NOW, line: 'x', metadata: fat }] }).problem).toContain(
    "has structured metadata too large: '70001' bytes, limit: '65536' bytes",
  );
});
