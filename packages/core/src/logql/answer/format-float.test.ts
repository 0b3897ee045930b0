// Numbers as Go writes them with 'f' and -1.
import { expect, test } from 'vitest';
import { formatFloat } from './format-float.ts';

test.each([
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1e6, '1000000'],
  [1e21, '1000000000000000000000'],
  [1.5e22, '15000000000000000000000'],
  [-1.25e-7, '-0.000000125'],
  [5e-324, `0.${'0'.repeat(323)}5`],
  [1234567.891, '1234567.891'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('%d', (value, text) => {
  expect(formatFloat(value)).toBe(text);
});
