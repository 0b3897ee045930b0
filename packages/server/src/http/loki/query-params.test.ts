// Parameters of Loki's API, one by one: what its clients send must be read as Loki reads it, and refused in its words.
import { expect, test } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import { readLimits } from '../../loki/limits.ts';
import { readForm } from './loki-form.ts';
import { parseSecondsOrDuration, printGoDuration, printPrometheusDuration } from './prometheus-duration.ts';
import { findLongRange, findTooManyEntries, parseInstantParams, parseRangeParams } from './query-params.ts';
import { parseBounds, parseLokiTime } from './time-bounds.ts';

const NOW = 1_795_046_400_000_000_000n;
const HOUR = 3_600_000_000_000n;
const loaded = loadConfig({ argv: ['--limits.profile=loki'], env: {}, readFile: () => '' });
if (!loaded.ok) throw new Error(loaded.problem.detail);
const LIMITS = readLimits(loaded.config);
const range = (text: string) => parseRangeParams(readForm(text, ''), NOW, LIMITS);
const problemOf = (text: string): string => {
  const params = range(text);
  return params.ok ? '' : params.problem;
};

test.each([
  ['1795003200000000000', 1_795_003_200_000_000_000n],
  ['1795003200', 1_795_003_200_000_000_000n],
  ['1795003200.5', 1_795_003_200_500_000_000n],
  ['1.795e9', undefined],
  ['1795003200.123456', 1_795_003_200_123_000_000n],
  ['2026-11-18T12:00:00Z', 1_795_003_200_000_000_000n],
  ['2026-11-18T12:00:00.000000001Z', 1_795_003_200_000_000_001n],
  ['2026-11-18T13:00:00+01:00', 1_795_003_200_000_000_000n],
  ['0', 0n],
  ['-1', -1_000_000_000n],
  ['', NOW],
])('the time %j', (text, nanos) => {
  const time = parseLokiTime(text, NOW);
  if (nanos !== undefined) expect(time).toEqual({ ok: true, value: nanos });
  // A float with an exponent is a float too.
  else expect(time).toEqual({ ok: true, value: 1_795_000_000_000_000_000n });
});

test('without times it is the last hour; since counts back from the end, or from now', () => {
  const bounds = (text: string) => parseBounds(readForm(text, ''), NOW);
  expect(bounds('')).toEqual({ ok: true, value: { startNanos: NOW - HOUR, endNanos: NOW } });
  expect(bounds('since=2h')).toEqual({ ok: true, value: { startNanos: NOW - 2n * HOUR, endNanos: NOW } });
  expect(bounds('end=1795003200&since=10m')).toEqual({
    ok: true,
    value: { startNanos: 1_795_003_200_000_000_000n - HOUR / 6n, endNanos: 1_795_003_200_000_000_000n },
  });
  const future = NOW + HOUR;
  expect(bounds(`end=${future}&since=10m`)).toEqual({
    ok: true,
    value: { startNanos: NOW - HOUR / 6n, endNanos: future },
  });
  expect(bounds('start=0&since=10m')).toEqual({ ok: true, value: { startNanos: 0n, endNanos: NOW } });
});

test.each([
  ['start=bogus', `could not parse 'start' parameter: strconv.ParseInt: parsing "bogus": invalid syntax`],
  ['end=bogus&start=bogus', `could not parse 'end' parameter: strconv.ParseInt: parsing "bogus": invalid syntax`],
  [
    'end=99999999999999999999',
    `could not parse 'end' parameter: strconv.ParseInt: parsing "99999999999999999999": value out of range`,
  ],
  ['since=x', `could not parse 'since' parameter: not a valid duration string: "x"`],
  ['since=5q', `could not parse 'since' parameter: unknown unit "q" in duration "5q"`],
  ['start=20&end=10', 'end timestamp must not be before or equal to start time'],
  ['limit=0', 'limit must be a positive value'],
  ['limit=-1', 'limit must be a positive value'],
  ['limit=abc', 'strconv.Atoi: parsing "abc": invalid syntax'],
  ['direction=sideways', "invalid direction 'sideways'"],
  ['step=0', 'zero or negative query resolution step widths are not accepted. Try a positive integer'],
  ['step=-5', 'zero or negative query resolution step widths are not accepted. Try a positive integer'],
  ['step=x', 'cannot parse "x" to a valid duration'],
  ['step=1e300', 'cannot parse "1e300" to a valid duration. It overflows int64'],
  [
    'step=100ms',
    'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
  ],
  ['interval=-1', 'interval must be >= 0'],
])('%s is refused', (text, sentence) => {
  expect(problemOf(text)).toBe(sentence);
});

test('the body of a form comes before the query string, and a step defaults to a 250th', () => {
  const params = parseRangeParams(
    readForm('limit=5&direction=FORWARD', 'limit=7&query=%7Ba%3D%22b%22%7D'),
    NOW,
    LIMITS,
  );
  expect(params).toMatchObject({
    ok: true,
    value: { limit: 7, direction: 'forward', query: '{a="b"}', stepNanos: 14_000_000_000n },
  });
  expect(range('start=1795003200&end=1795003200')).toMatchObject({ ok: true, value: { stepNanos: 1_000_000_000n } });
  expect(range('step=345000ms')).toMatchObject({ ok: true, value: { stepNanos: 345_000_000_000n } });
});

test('a moment', () => {
  expect(parseInstantParams(readForm('query=vector(1)&time=1795003200', ''), NOW)).toEqual({
    ok: true,
    value: { query: 'vector(1)', limit: 100, direction: 'backward', timeNanos: 1_795_003_200_000_000_000n },
  });
  expect(parseInstantParams(readForm('time=bogus', ''), NOW)).toEqual({
    ok: false,
    problem: 'strconv.ParseInt: parsing "bogus": invalid syntax',
  });
});

test('limits are told with both figures', () => {
  expect(findTooManyEntries(5001, LIMITS)).toBe(
    'max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 > 5000)',
  );
  expect(findTooManyEntries(5000, LIMITS)).toBeUndefined();
  expect(findLongRange({ startNanos: 1_767_225_600_000_000_000n, endNanos: NOW }, LIMITS)).toBe(
    'the query time range exceeds the limit (query length: 7728h0m0s, limit: 30d1h)',
  );
});

test('durations, read and printed', () => {
  expect(parseSecondsOrDuration('1h30m')).toEqual({ ok: true, value: 5_400_000_000_000n });
  expect(parseSecondsOrDuration('1.5')).toEqual({ ok: true, value: 1_500_000_000n });
  expect(parseSecondsOrDuration('30m1h').ok).toBe(false);
  expect(printGoDuration(90_500_000_000n)).toBe('1m30.5s');
  expect(printGoDuration(250_000_000n)).toBe('250ms');
  expect(printPrometheusDuration(721n * HOUR)).toBe('30d1h');
});
