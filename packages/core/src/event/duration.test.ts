import { expect, test } from 'vitest';
import { parseDuration, parseDurationNanos, parseMoment, printDuration } from './duration.ts';

test.each([
  ['1h30m', 5_400_000_000_000n],
  ['2d', 172_800_000_000_000n],
  ['500ms', 500_000_000n],
  ['1.5s', 1_500_000_000n],
  ['.5s', 500_000_000n],
  ['2.747066ms', 2_747_066n],
  ['5.830546721s', 5_830_546_721n],
  ['10µs', 10_000n],
  ['10us', 10_000n],
  ['1w', 604_800_000_000_000n],
  ['1y', 31_536_000_000_000_000n],
  ['-3m', -180_000_000_000n],
  ['0', 0n],
  ['0s', 0n],
])('reads %s', (text, nanos) => expect(parseDuration(text)).toEqual({ ok: true, nanos }));

test.each([
  ['', /is empty/],
  ['5', /lacks a unit/],
  ['1h5', /lacks a unit/],
  ['5x', /not understood/],
  ['1h 5m', /not understood/],
  ['h', /not understood/],
  ['300y', /longer than 292 years/],
  ['1'.repeat(70), /too long/],
])('refuses %j', (text, why) => {
  const parsed = parseDuration(text);
  expect(parsed.ok ? '' : parsed.problem).toMatch(why);
  expect(parseDurationNanos(text)).toBeUndefined();
});

test.each([
  [5_400_000_000_000n, '1h30m'],
  [172_800_000_000_000n, '2d'],
  [1_500_000_000n, '1s500ms'],
  [0n, '0s'],
  [-1_001n, '-1µs1ns'],
])('prints %s', (nanos, text) => {
  expect(printDuration(nanos)).toBe(text);
  expect(parseDurationNanos(text)).toBe(nanos);
});

test('a moment is a time, a day, now, or a way back from now', () => {
  const now = 1_763_668_368_000_000_000n;
  expect(parseMoment('now', now)).toEqual({ ok: true, nanos: now });
  expect(parseMoment('2h', now)).toEqual({ ok: true, nanos: now - 7_200_000_000_000n });
  expect(parseMoment('2025-11-20', now)).toEqual({ ok: true, nanos: 1_763_596_800_000_000_000n });
  expect(parseMoment('2025-11-20T19:52:48Z', now)).toEqual({ ok: true, nanos: now });
  expect(parseMoment('yesterday', now)).toMatchObject({
    ok: false,
    problem: expect.stringContaining('neither a duration nor a time'),
  });
});
