// The block that closes a broken answer, against the layout clients parse from its end.
import { expect, test } from 'vitest';
import { printExceptionBlock } from './exception-block.ts';
import { getStatusOfCode } from './status-of-code.ts';

const TAG = '0123456789abcdef';

test('says how long its message is, in bytes and with the newline', () => {
  const block = printExceptionBlock(TAG, 'größer').toString();
  expect(block).toBe(`\r\n__exception__\r\n${TAG}\r\ngrößer\n9 ${TAG}\r\n__exception__\r\n`);
});

test('stays within what clients look back for', () => {
  expect(printExceptionBlock(TAG, 'x'.repeat(100_000)).length).toBeLessThanOrEqual(16 * 1024);
});

test('statuses are those of ClickHouse', () => {
  expect([62, 60, 159, 48, 241, 229].map(getStatusOfCode)).toEqual([400, 404, 408, 501, 500, 413]);
});
