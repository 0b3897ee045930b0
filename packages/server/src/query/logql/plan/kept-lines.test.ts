// Lines that are kept: within a bound, those that were asked for last.
import { expect, test } from 'vitest';
import { KeptLines } from './kept-lines.ts';

test('the line that was asked for longest ago goes first, and long ones are not kept', () => {
  const kept = new KeptLines();
  const line = 'x'.repeat(2 ** 17);
  for (let row = 0; row < 32; row++) kept.add(String(row), line);
  expect(kept.get('0')).toBe(line);
  kept.add('32', line);
  expect(['0', '1', '2', '32'].map((row) => kept.has(row))).toEqual([true, false, true, true]);
  kept.add('long', `${line}x`);
  expect(kept.has('long')).toBe(false);
  kept.add('0', 'other');
  expect(kept.get('0')).toBe(line);
});
