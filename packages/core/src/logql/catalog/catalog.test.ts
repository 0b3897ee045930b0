// Lists and figures over streams and entries written by hand.
import { expect, test } from 'vitest';
import type { Entry, Labels } from '../pipeline/entry.ts';
import type { Matcher } from '../syntax/ast.ts';
import { detectFieldType } from './field-type.ts';
import { findJsonPaths } from './json-paths.ts';
import { detectLabels, listLabelNames, listLabelValues, listStreams } from './list-labels.ts';
import { measureStats, measureVolume, measureVolumeRange, sumStreams, type VolumeQuestion } from './measure-volume.ts';
import { findPatterns } from './patterns.ts';
import { createStreamMatcher } from './stream-matcher.ts';

const span = { start: 0, end: 0 };
const matcher = (name: string, operator: Matcher['operator'], value: string): Matcher => ({
  kind: 'matcher',
  span,
  name,
  operator,
  value,
});
const entry = (seconds: number, labels: Labels, line: string): Entry => ({
  timeNanos: BigInt(seconds) * 1_000_000_000n,
  labels,
  metadata: {},
  line,
});
const WEB: Labels = { app: 'web', type: 'x' };
const DB: Labels = { app: 'db', shard: '1', type: 'x' };
const question = (more: Partial<VolumeQuestion> = {}): VolumeQuestion => ({
  matchers: [matcher('type', '=', 'x')],
  targetLabels: [],
  aggregateBy: 'series',
  limit: 100,
  ...more,
});

test('selectors look at missing labels as empty, expressions at the whole value', () => {
  const matches = (labels: Labels, ...matchers: Matcher[]) => createStreamMatcher(matchers)(labels);
  expect(matches(WEB, matcher('app', '=', 'web'), matcher('shard', '=', ''))).toBe(true);
  expect(matches(WEB, matcher('app', '=~', 'w'))).toBe(false);
  expect(matches(WEB, matcher('app', '=~', 'we|web'))).toBe(true);
  expect(matches(WEB, matcher('shard', '!~', '.+'))).toBe(true);
  expect(matches(WEB, matcher('constructor', '=', ''))).toBe(true);
});

test('lists names, values and streams once', () => {
  expect(listLabelNames([WEB, DB, WEB])).toEqual(['app', 'shard', 'type']);
  expect(listLabelValues([WEB, DB], 'shard')).toEqual(['1']);
  expect(listStreams([WEB, DB, { type: 'x', app: 'web' }])).toEqual([DB, WEB]);
});

test('labels with nothing but numbers are no filters, except those everybody uses', () => {
  const uuid = '39418698-14f0-4218-91a6-f6c81e89950b';
  expect(detectLabels([WEB, DB, { id: uuid, pod: '7' }])).toEqual([
    { label: 'app', cardinality: 2 },
    { label: 'pod', cardinality: 1 },
    { label: 'type', cardinality: 1 },
  ]);
});

test('counts and bytes, in UTF-8', () => {
  expect(measureStats(sumStreams([entry(0, WEB, 'äé'), entry(1, DB, '😀'), entry(2, WEB, 'x')]))).toEqual({
    streams: 2,
    chunks: 2,
    bytes: 9,
    entries: 3,
  });
});

test('volumes by the labels of the selector, by named ones, by name', () => {
  const entries = [entry(0, WEB, 'abc'), entry(1, DB, 'defgh')];
  const measure = (more: Partial<VolumeQuestion>) =>
    measureVolume(sumStreams(entries), question(more), 5_000_000_000n).samples.map(({ labels, value }) => [
      labels,
      value,
    ]);
  expect(measure({})).toEqual([[{ type: 'x' }, 8]]);
  expect(measure({ matchers: [] })).toEqual([
    [DB, 5],
    [WEB, 3],
  ]);
  expect(measure({ targetLabels: ['shard'] })).toEqual([[{ shard: '1' }, 5]]);
  expect(measure({ aggregateBy: 'labels', limit: 2 })).toEqual([
    [{ app: '' }, 8],
    [{ type: '' }, 8],
  ]);
});

test('volume ranges end a millisecond before the next step, the last at the end', () => {
  const entries = [entry(1, WEB, 'a'), entry(11, WEB, 'bc'), entry(19, WEB, 'd')];
  const range = { startNanos: 0n, endNanos: 20_000_000_000n, stepNanos: 10_000_000_000n };
  expect(measureVolumeRange(sumStreams(entries, range.stepNanos), question(), range).series).toEqual([
    {
      labels: { type: 'x' },
      points: [
        [9999, 1],
        [20_000, 3],
      ],
    },
  ]);
});

test.each([
  ['12', 'int'],
  ['1.5', 'float'],
  ['1e5', 'float'],
  ['true', 'boolean'],
  ['1h2m3s', 'duration'],
  ['250ms', 'duration'],
  ['12KiB', 'bytes'],
  ['734B', 'bytes'],
  ['1.5MB', 'bytes'],
  ['10.0.0.5', 'string'],
  ['', 'string'],
])('%s is of type %s', (value, type) => {
  expect(detectFieldType(value)).toBe(type);
});

test('paths of labels that json makes', () => {
  const paths = findJsonPaths('{"a":{"b.c":1,"d":2},"9x":[1],"9y":3,"__proto__":4}');
  expect([...paths]).toEqual([
    ['a_b_c', ['a', 'b.c']],
    ['a_d', ['a', 'd']],
    ['_9x', ['9x']],
    ['_9y', ['9y']],
    ['__proto__', ['__proto__']],
  ]);
  expect(findJsonPaths('no json').size).toBe(0);
});

test('patterns keep what lines have in common', () => {
  const lines = ['GET /a took 5ms', 'GET /b took 6ms', 'shutting down', 'GET /c took 7ms'];
  const entries = lines.map((line, at) => entry(at * 6, WEB, line));
  expect(findPatterns(entries, 10_000_000_000n, { maxPatterns: 10, maxTokens: 100 })).toEqual([
    {
      pattern: 'GET <_> took <_>',
      samples: [
        [0, 2],
        [10, 1],
      ],
    },
    { pattern: 'shutting down', samples: [[10, 1]] },
  ]);
});

test('a pattern that lines of different lengths have in common is told once', () => {
  const lines = ['user ann left', 'user bob left', 'user carl the great left', 'user dora of old left'];
  const entries = lines.map((line, at) => entry(at * 6, WEB, line));
  expect(findPatterns(entries, 10_000_000_000n, { maxPatterns: 10, maxTokens: 100 })).toEqual([
    {
      pattern: 'user <_> left',
      samples: [
        [0, 2],
        [10, 2],
      ],
    },
  ]);
});
