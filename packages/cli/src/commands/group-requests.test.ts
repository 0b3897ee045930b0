// Which records of one audit ID are one request.
import { expect, test } from 'vitest';
import { groupRequests } from './group-requests.ts';

function row(time: string, durationSeconds: number | null, more: Readonly<Record<string, string>> = {}) {
  const at = `2026-11-20T19:40:${time}Z`;
  return { auditID: 'mine', user: 'alice', requestURI: '/api', cluster: '', time: at, durationSeconds, ...more };
}
const times = (rows: readonly ReturnType<typeof row>[]) =>
  groupRequests(rows).map((request) => request.map((one) => String(one['time']).slice(17, -1)));

test('the same asked again under the same ID is another request', () => {
  const rows = [
    row('01.000000', 0),
    row('01.002500', 0.0025),
    row('09.000000', 0),
    row('09.001000', 0.001),
    row('20.000001', 0.000001),
  ];
  expect(times(rows)).toEqual([['01.000000', '01.002500'], ['09.000000', '09.001000'], ['20.000001']]);
});

test('what an aggregated API server wrote lies inside the request that it served', () => {
  const rows = [row('01.000000', 0), row('01.001000', 0), row('01.008000', 0.007), row('01.009000', 0.009)];
  expect(times(rows)).toEqual([['01.000000', '01.001000', '01.008000', '01.009000']]);
});

test('a watch is one request however long it lasts, and another user asks another', () => {
  const rows = [row('01.000000', 0), row('01.500000', 0.5), row('30.000000', 0, { user: 'bob' }), row('59.000000', 58)];
  expect(times(rows)).toEqual([['01.000000', '01.500000', '59.000000'], ['30.000000']]);
});

test('records that do not tell when their request was received stay together', () => {
  expect(times([row('01.000000', null), row('09.000000', 0)])).toEqual([['01.000000', '09.000000']]);
});
