// Slices of a listing of everything: together they cover its time once, in its order, and none holds many records.
import { parseRecordsRequest } from '@kubewitness/core/wire';
import { expect, test } from 'vitest';
import { planCuts, planRest, planSlices } from './plan-slices.ts';

const NOW = BigInt(Date.parse('2026-11-21T00:00:00Z')) * 1_000_000n;
const facts = (days: readonly (readonly [string, number])[]) => ({
  rowsByDay: new Map(days),
  hasSightings: false,
  openKeys: [],
});
const BUSY = facts([
  ['2026-11-19', 1_000_000],
  ['2026-11-18', 40_000],
  ['2026-11-17', 40_000],
]);

function request(params: Readonly<Record<string, string>>) {
  const parsed = parseRecordsRequest(
    new Map(Object.entries({ limit: '0', ...params }).map(([name, value]) => [name, [value]])),
    NOW,
  );
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const print = (nanos: bigint | undefined) =>
  nanos === undefined ? '' : new Date(Number(nanos / 1_000_000n)).toISOString().slice(5, 16);
const bounds = (params: Readonly<Record<string, string>>, of = BUSY) =>
  planSlices(request(params), of).map(({ filter }) => `${print(filter.fromNanos)}..${print(filter.untilNanos)}`);

test('everything is read from its beginning to its end, without a gap, in the order asked for', () => {
  const oldest = ['..11-19T00:00', '11-19T00:00..11-19T06:00', '11-19T06:00..11-19T12:00', '11-19T12:00..11-19T18:00'];
  expect(bounds({ order: 'oldest' })).toEqual([...oldest, '11-19T18:00..']);
  expect(bounds({ order: 'newest' })).toEqual([...oldest, '11-19T18:00..'].reverse());
  expect(bounds({ order: 'oldest', since: '2026-11-19T05:00:00Z', until: '2026-11-19T07:00:00Z' })).toEqual([
    '11-19T05:00..11-19T06:00',
    '11-19T06:00..11-19T07:00',
  ]);
  expect(bounds({ order: 'oldest', until: '2026-11-18' })).toEqual(['..11-18T00:00']);
  expect(bounds({}, facts([]))).toEqual(['..']);
});

test('many quiet days share a slice, but not more than a week of them', () => {
  const quiet = Array.from({ length: 30 }, (_, day) => [`2026-10-${String(day + 1).padStart(2, '0')}`, 10] as const);
  expect(planCuts(new Map(quiet)).map(print)).toEqual(['10-08T00:00', '10-15T00:00', '10-22T00:00', '10-29T00:00']);
});

test('what does not ask for everything stays one statement', () => {
  for (const params of [
    { limit: '100' },
    { last: '5' },
    { fields: 'verb', unique: 'true' },
    { user: 'alice' },
    { cursor: `17-${'0'.repeat(32)}` },
  ])
    expect(planSlices(request(params), BUSY), JSON.stringify(params)).toEqual([request(params)]);
});

test('what follows a full page goes on at its last record', () => {
  const cursor = { timeNanos: BigInt(Date.parse('2026-11-19T07:00:00Z')) * 1_000_000n, recordId: '0'.repeat(32) };
  const rest = (order: string) =>
    planRest(request({ order, user: 'alice' }), BUSY, cursor).map(
      ({ filter }) => `${print(filter.fromNanos)}..${print(filter.untilNanos)}`,
    );
  expect(rest('oldest')).toEqual(['11-19T07:00..11-19T12:00', '11-19T12:00..11-19T18:00', '11-19T18:00..']);
  expect(rest('newest')).toEqual(['11-19T06:00..11-19T07:00', '11-19T00:00..11-19T06:00', '..11-19T00:00']);
});
