// The progress line: on a watched terminal bytes, rate and time left; elsewhere nothing.
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openProgress } from './progress.ts';

function openTerminal(): PassThrough & { columns?: number } {
  return Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
}

const FILES = [{ path: 'audit.log', bytes: 2000 }];

test('one line that is rewritten and removed', async () => {
  const terminal = openTerminal();
  const progress = openProgress(terminal, FILES, true);
  progress.begin({ path: 'audit\u001b[2J.log', bytes: 2000 });
  progress.sent(Buffer.from('x'.repeat(99).concat('\n').repeat(10)));
  await sleep(1300);
  progress.waiting();
  await sleep(150);
  progress.close();
  const text = String(terminal.read());
  expect(text).toMatch(/\[#{10}-{10}\] {2}50% 1000 B of 2\.0 KiB/);
  expect(text).toMatch(/\d+ records\/s {2}\d+s left {2}audit\\x1b\[2J\.log/);
  expect(text).toContain('storing');
  expect(text).not.toContain('\n');
  expect(text.endsWith('\r\u001b[K')).toBe(true);
});

test('nothing where nobody watches', () => {
  const terminal = openTerminal();
  const progress = openProgress(terminal, FILES, false);
  progress.begin({ path: 'audit.log', bytes: 2000 });
  progress.sent(Buffer.from('x\n'));
  progress.close();
  expect(terminal.read()).toBe(null);
});
