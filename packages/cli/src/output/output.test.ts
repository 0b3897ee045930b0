// The output room by itself: tables that grow, rows that stream, texts that are harmless.
import { expect, test } from 'vitest';
import { printCsvCell } from './csv.ts';
import { printAge, printBytes, printCount, printSeconds } from './quantities.ts';
import { printRecords } from './record-printer.ts';
import type { Sink } from './sink.ts';
import { splitLines } from './split-lines.ts';
import { Table } from './table.ts';
import { cutText } from './text-width.ts';

function openMemorySink(columns?: number): Sink & { text(): string } {
  const parts: string[] = [];
  return {
    columns,
    write: (chunk) => {
      parts.push(Buffer.from(chunk).toString('utf8'));
      return Promise.resolve();
    },
    text: () => parts.join(''),
  };
}

const COLUMNS = [
  { header: 'A', cell: (row: readonly string[]) => row[0] ?? '' },
  { header: 'B', cell: (row: readonly string[]) => row[1] ?? '', right: true },
  { header: 'C', cell: (row: readonly string[]) => row[2] ?? '' },
];

test('widths come from the first page and only grow', async () => {
  const sink = openMemorySink();
  const table = new Table(COLUMNS, sink, { headers: true });
  await table.add(['aa', '1', 'x']);
  await table.flush();
  await table.add(['aaaa', '100', 'y']);
  await table.flush();
  await table.add(['a', '1', '']);
  await table.flush();
  expect(sink.text()).toBe('A   B  C\naa  1  x\naaaa  100  y\na       1  <none>\n');
});

test('wide characters count as what they take', async () => {
  const sink = openMemorySink();
  const table = new Table(COLUMNS, sink, { headers: false });
  await table.add(['日本', '1', 'x']);
  await table.add(['abcd', '1', 'x']);
  await table.add(['e\u0301', '1', 'x']);
  await table.flush();
  expect(sink.text()).toBe('日本  1  x\nabcd  1  x\ne\u0301     1  x\n');
});

test('on a terminal the widest column gives way, in its middle', async () => {
  const sink = openMemorySink(30);
  const table = new Table(COLUMNS, sink, { headers: true });
  await table.add(['system:serviceaccount:kube-system:generic-garbage-collector', '12', 'short']);
  await table.flush();
  const lines = sink.text().trimEnd().split('\n');
  expect(lines.every((line) => line.length <= 30)).toBe(true);
  expect(lines[1]).toMatch(/^system:se\S*…\S*collector {2}12 {2}short$/);
});

test('texts are cut in the middle, wide ones by their width', () => {
  expect(cutText('abcdefghij', 5)).toBe('ab…ij');
  expect(cutText('abc', 3)).toBe('abc');
  expect(cutText('abc', 1)).toBe('…');
});

async function* rows(count: number): AsyncGenerator<Uint8Array> {
  const line = `${JSON.stringify({ time: '2026-11-20T08:00:00.123456Z', user: 'alice', verb: 'get', code: 200, resource: 'pods', namespace: 'shop', name: 'web-1' })}\n`;
  const chunk = Buffer.from(line.repeat(500));
  for (let i = 0; i < count / 500; i++) yield chunk;
}

test('a table of 200,000 rows does not sit in memory', async () => {
  let bytes = 0;
  let most = 0;
  const before = process.memoryUsage().heapUsed;
  const sink: Sink = {
    columns: undefined,
    write: (chunk) => {
      bytes += chunk.length;
      most = Math.max(most, chunk.length);
      return Promise.resolve();
    },
  };
  const look = { format: 'table', headers: true, allStages: false, fields: [], live: false } as const;
  expect(await printRecords(rows(200_000), sink, look)).toBe(200_000);
  expect(bytes).toBeGreaterThan(10_000_000);
  // A page at a time, and no more than garbage left over.
  expect(most).toBeLessThan(100_000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
});

test('lines are found wherever chunks are cut, empty ones left out', async () => {
  async function* cut(): AsyncGenerator<Uint8Array> {
    for (const part of ['a', 'b\n', '\n', '\r\nc', '', 'd']) yield Buffer.from(part);
  }
  const found: string[] = [];
  for await (const batch of splitLines(cut())) found.push(...batch.map(String));
  expect(found).toEqual(['ab', '\r', 'cd']);
});

test('quantities', () => {
  expect([printCount(1234567), printBytes(1023), printBytes(1536), printBytes(5e12)]).toEqual([
    '1,234,567',
    '1023 B',
    '1.5 KiB',
    '4.5 TiB',
  ]);
  expect([0.00034, 0.0123, 0.9999, 1.25, 75, 7800, 190_000].map(printSeconds)).toEqual([
    '340us',
    '12ms',
    '1s',
    '1.3s',
    '1m15s',
    '2h10m',
    '2d4h',
  ]);
  expect([0, 59, 60, 3600].map(printAge)).toEqual(['0s', '59s', '1m', '1h']);
});

test('a cell of CSV is no formula', () => {
  expect(['=1+1', '@x', '-5', '-x', 'a"b', 'a,b', '+49 1'].map(printCsvCell)).toEqual([
    "'=1+1",
    "'@x",
    '-5',
    "'-x",
    '"a""b"',
    '"a,b"',
    "'+49 1",
  ]);
});
