// Pieces of time against windows: no window cuts a piece, and each moment is in the piece that says so.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planBuckets } from './time-buckets.ts';

/** The SQL of a piece, computed: the same integer arithmetic. */
function bucketOf(sql: string, timeNanos: bigint): number {
  const text = sql.replaceAll('toUnixTimestamp64Nano(time)', String(timeNanos));
  const numbers = [...text.matchAll(/-?\d+/g)].map(([digits]) => BigInt(digits));
  const [time = 0n, origin = 0n, step = 1n] = numbers;
  const since = time - origin;
  if (!sql.includes('modulo')) return sql === '0' ? 0 : Number(since / step);
  const cut = numbers[numbers.length - 1] ?? 0n;
  return Number(since / step) * 2 + (since % step >= cut ? 1 : 0);
}

function isInGap(condition: string | undefined, timeNanos: bigint): boolean {
  if (condition === undefined) return false;
  const text = condition.replaceAll('toUnixTimestamp64Nano(time)', String(timeNanos));
  const [time = 0n, origin = 0n, step = 1n, range = 0n] = [...text.matchAll(/-?\d+/g)].map(([digits]) =>
    BigInt(digits),
  );
  return (time - origin) % step >= range;
}

test('windows are whole pieces', () => {
  const nanos = (max: number) => fc.integer({ min: 1, max }).map(BigInt);
  fc.assert(
    fc.property(nanos(40), nanos(40), fc.nat(6), fc.bigInt(1000n, 2000n), (step, range, steps, first) => {
      const last = first + BigInt(steps) * step;
      const buckets = planBuckets(first, last, step, range);
      for (let time = first - range + 1n; time <= last; time++) {
        if (isInGap(buckets.condition, time)) {
          for (let at = first; at <= last; at += step) expect(time > at - range && time <= at).toBe(false);
          continue;
        }
        const bucket = bucketOf(buckets.sql, time);
        const end = buckets.endNanos(bucket);
        expect(bucket).toBeLessThan(Math.max(buckets.count, 1));
        for (let at = first; at <= last; at += step) {
          const holds = (moment: bigint) => moment > at - range && moment <= at;
          expect(holds(end)).toBe(holds(time));
        }
      }
    }),
    { numRuns: 300 },
  );
});
