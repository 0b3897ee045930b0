// The checker itself: it has to see what is missing, double, changed and foreign, or the suites that lean on it prove nothing.
import { expect, test } from 'vitest';
import { batchOf, lineOf, openRun } from './audit-events.ts';
import { Ledger } from './ledger.ts';

const run = openRun('ledger', 1_795_132_800_000);

function judged(lines: readonly string[]) {
  const ledger = new Ledger(run);
  ledger.acknowledge(ledger.take(4));
  // Two that were sent and never acknowledged: they may be there or not.
  ledger.take(2);
  return ledger.judge(Buffer.from(lines.map((line) => `${line}\n`).join('')));
}
const line = (number: number): string => lineOf(run, number);
const ALL = [0, 1, 2, 3].map(line);

test('all there, in any order, with and without the unacknowledged', () => {
  const fine = { missing: [], double: [], changed: [], foreign: [] };
  expect(judged([...ALL].reverse())).toEqual({ stored: 4, ...fine });
  expect(judged([...ALL, line(5)])).toEqual({ stored: 5, ...fine });
});

test('missing, double, changed, foreign', () => {
  expect(judged(ALL.slice(1))).toMatchObject({ missing: [0] });
  expect(judged([...ALL, line(2)])).toMatchObject({ double: [2] });
  expect(judged([...ALL, line(5), line(5)])).toMatchObject({ double: [5] });
  expect(judged([...ALL.slice(0, 3), ` ${line(3)}`])).toMatchObject({ changed: [3], missing: [] });
  expect(judged([...ALL, line(6)])).toMatchObject({ foreign: [line(6).slice(0, 300)] });
  expect(judged([...ALL, '{"kind":"Event"}'])).toMatchObject({ foreign: ['{"kind":"Event"}'] });
});

test('a webhook item with kind and apiVersion in front is the line', () => {
  const list: { kind: string; apiVersion: string; items: object[] } = JSON.parse(batchOf(run, [1, 17]));
  expect(list.items.map((item) => JSON.stringify({ kind: 'Event', apiVersion: list.apiVersion, ...item }))).toEqual([
    line(1),
    line(17),
  ]);
});
