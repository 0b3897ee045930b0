// Windows slide over samples as if each step looked at all of them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSampleStore, type StoredSample } from './sample-store.ts';
import { createSeriesIndex } from './series.ts';
import { createSlidingWindows } from './sliding-windows.ts';

const index = createSeriesIndex();
const owners = ['a', 'b', 'c'].map((name) => ({ series: index.intern([['name', name]]) }));

const arbitrarySample = fc
  .record({
    timeNanos: fc.bigInt(0n, 60n),
    value: fc.integer({ min: 0, max: 9 }),
    count: fc.constantFrom(undefined, undefined, 2, 5),
    owner: fc.nat(2),
  })
  .map(({ owner, ...sample }): StoredSample => ({ ...sample, of: owners[owner] ?? fail() }));

function fail(): never {
  throw new Error('no such series');
}

test('every step sees exactly the samples of (end - range, end]', () => {
  fc.assert(
    fc.property(
      fc.array(arbitrarySample, { maxLength: 60 }),
      fc.bigInt(0n, 40n),
      fc.bigInt(1n, 30n),
      fc.bigInt(-5n, 20n),
      (samples, rangeNanos, stepNanos, startNanos) => {
        const store = createSampleStore(1000);
        for (const sample of samples) expect(store.add(sample)).toBe(true);
        const windows = createSlidingWindows(store.sorted(), rangeNanos);
        for (let end = startNanos; end <= 70n; end += stepNanos) {
          const seen = Array.from(windows.moveTo(end), ({ of, values, weights, from, wholeSum }) => ({
            series: of.series.key,
            sum: wholeSum,
            values: values.slice(from),
            weights: weights?.slice(from) ?? values.slice(from).map(() => 1),
          }));
          const wanted = owners
            .map(({ series }) => {
              const inside = samples.filter(
                ({ timeNanos, of }) => of.series === series && timeNanos > end - rangeNanos && timeNanos <= end,
              );
              inside.sort((left, right) => Number(left.timeNanos - right.timeNanos));
              const values = inside.map(({ value }) => value);
              const weights = inside.map(({ count = 1 }) => count);
              return { series: series.key, sum: values.reduce((total, value) => total + value, 0), values, weights };
            })
            .filter(({ values }) => values.length > 0);
          const byKey = (left: { series: string }, right: { series: string }) => (left.series < right.series ? -1 : 1);
          expect(seen.sort(byKey)).toEqual(wanted.sort(byKey));
        }
      },
    ),
  );
});

test('a store says when it is full', () => {
  const store = createSampleStore(1);
  const of = owners[0] ?? fail();
  expect(store.add({ timeNanos: 1n, value: 1, of })).toBe(true);
  expect(store.add({ timeNanos: 1n, value: 1, of })).toBe(false);
});
