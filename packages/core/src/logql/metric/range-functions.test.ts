// Functions over windows: against the definitions, and against what Loki answered.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extrapolatedRate } from './extrapolated-rate.ts';
import { quantile, type SampleWindow, selectRangeFunction } from './range-functions.ts';

const MINUTE = 60_000_000_000n;

function window(values: readonly number[], from = 0, spacing = 1_000_000_000n): SampleWindow {
  return {
    nanos: values.map((_, at) => BigInt(at) * spacing),
    values,
    from,
    wholeSum: values.slice(from).reduce((total, value) => total + value, 0),
  };
}

function run(operation: Parameters<typeof selectRangeFunction>[0]['operation'], values: readonly number[], from = 0) {
  const span = { start: 0, end: 0 };
  const compute = selectRangeFunction({
    kind: 'rangeAggregation',
    span,
    operation,
    query: { kind: 'log', span, matchers: [], stages: [] },
    unwrap: { kind: 'unwrap', span, label: 'x', filters: [] },
    rangeNanos: MINUTE,
    offsetNanos: 0n,
  });
  return compute(window(values, from));
}

test('looks only at what is inside the window', () => {
  expect(run('sum_over_time', [100, 1, 2, 3], 1)).toBe(6);
  expect(run('avg_over_time', [100, 1, 2, 3], 1)).toBe(2);
  expect(run('min_over_time', [-100, 1, 2, 3], 1)).toBe(1);
  expect(run('max_over_time', [100, 1, 2, 3], 1)).toBe(3);
  expect(run('first_over_time', [100, 1, 2, 3], 1)).toBe(1);
  expect(run('last_over_time', [100, 1, 2, 3], 1)).toBe(3);
  expect(run('rate', [100, 1, 2, 3], 1)).toBe(0.1);
});

test('variance is that of the whole population', () => {
  expect(run('stdvar_over_time', [2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(4, 12);
  expect(run('stddev_over_time', [2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2, 12);
  expect(run('stdvar_over_time', [5])).toBe(0);
});

test('what is no number loses against numbers and wins against nothing', () => {
  expect(run('max_over_time', [Number.NaN, 1, 3])).toBe(3);
  expect(run('min_over_time', [Number.NaN, 2])).toBe(2);
  expect(run('max_over_time', [Number.NaN])).toBeNaN();
  expect(run('avg_over_time', [Number.POSITIVE_INFINITY, 1])).toBe(Number.POSITIVE_INFINITY);
  expect(run('avg_over_time', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBeNaN();
});

test('quantiles lie between ranks, and beyond 0 and 1 at infinity', () => {
  expect(quantile(0.5, [3, 1, 2])).toBe(2);
  expect(quantile(0.25, [4, 1, 2, 3])).toBe(1.75);
  expect(quantile(0, [3, 1])).toBe(1);
  expect(quantile(1, [3, 1])).toBe(3);
  expect(quantile(1.5, [1])).toBe(Number.POSITIVE_INFINITY);
  expect(quantile(-0.1, [1])).toBe(Number.NEGATIVE_INFINITY);
  expect(quantile(Number.NaN, [1])).toBeNaN();
});

test('a counter grows over its resets', () => {
  const growth = (values: readonly number[]) => extrapolatedRate(window(values), MINUTE) * 60;
  expect(growth([0, 10, 20])).toBeCloseTo(20, 6);
  expect(growth([10, 20, 5, 15])).toBeCloseTo(10 + 5 + 10, 3);
  expect(growth([7])).toBe(0);
  expect(growth([7, 7])).toBe(0);
});

test('rate_counter reaches back to the start of the window by a millionth only, as Loki does', () => {
  // 29 samples a second apart, one more each: 28, and 60 (s) of 28,000,000 (µs) on top.
  const values = Array.from({ length: 29 }, (_, at) => at + 100);
  expect(extrapolatedRate(window(values), MINUTE)).toBeCloseTo((28 * (1 + 60 / 28_000_000)) / 60, 14);
});

test('a value with a weight stands for as many entries', () => {
  const span = { start: 0, end: 0 };
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 9 })), { minLength: 1 }),
      fc.constantFrom(
        ...(['sum_over_time', 'avg_over_time', 'stddev_over_time', 'stdvar_over_time'] as const),
        ...(['quantile_over_time', 'min_over_time', 'max_over_time'] as const),
      ),
      fc.constantFrom(0, 0.25, 0.9, 1, 2, -1, Number.NaN),
      (pairs, operation, parameter) => {
        const compute = selectRangeFunction({
          ...{ kind: 'rangeAggregation', span, operation, parameter },
          query: { kind: 'log', span, matchers: [], stages: [] },
          unwrap: { kind: 'unwrap', span, label: 'x', filters: [] },
          ...{ rangeNanos: MINUTE, offsetNanos: 0n },
        });
        const weighted = { ...window(pairs.map(([value]) => value)), weights: pairs.map(([, weight]) => weight) };
        const repeated = pairs.flatMap(([value, weight]) => Array.from({ length: weight }, () => value));
        const wanted = compute(window(repeated));
        if (operation === 'quantile_over_time') expect(compute(weighted)).toBe(wanted);
        else expect(compute(weighted)).toBeCloseTo(wanted, 7);
      },
    ),
  );
});
