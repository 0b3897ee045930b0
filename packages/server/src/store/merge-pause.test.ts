// When merges stop and start, told by the statements that reach the engine.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MergePause } from './merge-pause.ts';

const MIB = 1024 * 1024;
let asked: string[];
let pause: MergePause;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  const command = async (sql: string) => void asked.push(sql.includes('RESET') ? 'START' : 'STOP');
  const rows = async <T>(): Promise<T[]> => [];
  pause = new MergePause({ database: { command, rows }, maxBatches: 3 });
});
afterEach(() => {
  pause.close();
  vi.useRealTimers();
});

async function store(bytes: number): Promise<void> {
  await pause.batch([{ bytes }]);
  pause.done();
}

test('merges wait during an import and begin two seconds after it', async () => {
  await store(48 * MIB);
  await vi.advanceTimersByTimeAsync(1_900);
  await store(48 * MIB);
  expect(asked).toEqual(['STOP']);
  await vi.advanceTimersByTimeAsync(1_900);
  expect(asked).toEqual(['STOP']);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual(['STOP', 'START']);
});

test('live traffic merges as it comes, and does not keep the merges of an import waiting', async () => {
  await store(MIB);
  expect(asked).toEqual([]);
  await store(48 * MIB);
  for (let i = 0; i < 5; i++) {
    await vi.advanceTimersByTimeAsync(500);
    await store(MIB);
  }
  expect(asked).toEqual(['STOP', 'START']);
});

test('a very long import merges on its way', async () => {
  for (let i = 0; i < 5; i++) await store(48 * MIB);
  expect(asked).toEqual(['STOP', 'START']);
  await vi.advanceTimersByTimeAsync(2_100);
  await store(48 * MIB);
  expect(asked).toEqual(['STOP', 'START', 'STOP']);
});

test('an engine that is away does not stop the writer', async () => {
  const away = new MergePause({
    database: { command: () => Promise.reject(new Error('away')), rows: () => Promise.reject(new Error('away')) },
  });
  await away.batch([{ bytes: 48 * MIB }]);
  away.done();
  away.close();
});
