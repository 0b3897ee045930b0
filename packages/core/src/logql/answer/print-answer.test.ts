// JSON shapes of answers: streams with and without categories, metrics, catalogue bodies.
import { expect, test } from 'vitest';
import {
  printDetectedLabels,
  printMetric,
  printNames,
  printStreams,
  printStreamsText,
  type StreamRow,
} from './index.ts';

const row = (seconds: number, line: string, more: Partial<StreamRow> = {}): StreamRow => ({
  timeNanos: BigInt(seconds) * 1_000_000_000n + 1n,
  line,
  stream: { b: '2', a: '1' },
  metadata: {},
  parsed: {},
  ...more,
});
const ROWS = [
  row(1, 'x', { parsed: { z: '9' } }),
  row(2, 'y', { metadata: { m: '5' }, parsed: { z: '9' } }),
  row(3, 'w'),
];

test('each final label set is a stream of its own', () => {
  expect(printStreams(ROWS, { categorize: false })).toEqual({
    resultType: 'streams',
    result: [
      { stream: { a: '1', b: '2', z: '9' }, values: [['1000000001', 'x']] },
      { stream: { a: '1', b: '2', m: '5', z: '9' }, values: [['2000000001', 'y']] },
      { stream: { a: '1', b: '2' }, values: [['3000000001', 'w']] },
    ],
  });
});

test('categorised answers keep the streams and say of each line what it adds', () => {
  expect(printStreams(ROWS, { categorize: true })).toEqual({
    resultType: 'streams',
    encodingFlags: ['categorize-labels'],
    result: [
      {
        stream: { a: '1', b: '2' },
        values: [
          ['1000000001', 'x', { parsed: { z: '9' } }],
          ['2000000001', 'y', { structuredMetadata: { m: '5' }, parsed: { z: '9' } }],
          ['3000000001', 'w', {}],
        ],
      },
    ],
  });
});

test('as text they are the same', () => {
  const odd = [
    row(4, 'a"b\n', { parsed: { __proto: '', 'ü"': '\u2028', b: 'later' } }),
    row(5, '', { metadata: { m: '' } }),
  ];
  for (const rows of [ROWS, odd, []]) {
    for (const categorize of [true, false]) {
      const { result } = printStreams(rows, { categorize });
      expect(JSON.parse(`[${printStreamsText(rows, { categorize })}]`)).toEqual(result);
    }
  }
});

test('vectors are in seconds, scalars in milliseconds', () => {
  expect(printMetric({ kind: 'scalar', timeMillis: 1500, value: 1 })).toEqual({
    resultType: 'scalar',
    result: [1500, '1'],
  });
  expect(printMetric({ kind: 'vector', timeMillis: 1500, samples: [{ labels: {}, value: 0.5 }] })).toEqual({
    resultType: 'vector',
    result: [{ metric: {}, value: [1.5, '0.5'] }],
  });
});

test('empty lists have no data, no detected labels no list', () => {
  expect(printNames([])).toEqual({ status: 'success' });
  expect(printNames(['a'])).toEqual({ status: 'success', data: ['a'] });
  expect(printDetectedLabels([])).toEqual({});
});
