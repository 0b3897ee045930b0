// Parts of an export: whole lines, bounded size, nothing lost, nothing left on the disk.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spoolParts } from './spool-part.ts';

let scratch = '';
const ALIVE = new AbortController().signal;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'kw-parts-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function* cut(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(text: string, chunkBytes: number, maxPartBytes: number) {
  const parts: { text: string; bytes: number; records: number }[] = [];
  for await (const part of spoolParts(cut(Buffer.from(text), chunkBytes), maxPartBytes, scratch, ALIVE)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.lines) chunks.push(chunk);
    parts.push({ text: Buffer.concat(chunks).toString(), bytes: part.bytes, records: part.records });
  }
  return parts;
}

test('any lines in any chunks come back in parts of whole lines', async () => {
  const line = fc.string({ maxLength: 30 }).map((s) => `${s.replaceAll('\n', ' ')}\n`);
  const run = async (lines: string[], chunkBytes: number, maxPartBytes: number) => {
    const text = lines.join('');
    const parts = await collect(text, chunkBytes, maxPartBytes);
    expect(parts.map((p) => p.text).join('')).toBe(text);
    for (const part of parts) {
      expect(part.text.endsWith('\n')).toBe(true);
      expect(part.bytes).toBe(Buffer.byteLength(part.text));
      expect(part.records).toBe(part.text.split('\n').length - 1);
      const beforeLast = part.text.slice(0, -1).lastIndexOf('\n') + 1;
      expect(Buffer.byteLength(part.text.slice(0, beforeLast))).toBeLessThan(maxPartBytes);
    }
    // As few as the size allows: two neighbours never fit into one.
    for (let i = 1; i < parts.length; i++) expect(parts[i - 1]?.bytes).toBeGreaterThanOrEqual(maxPartBytes);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 30 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 200 }),
      run,
    ),
    { numRuns: 60 },
  );
});

test('no line, no part; a reader that goes leaves nothing on the disk', async () => {
  expect(await collect('', 10, 10)).toEqual([]);
  for await (const part of spoolParts(cut(Buffer.from('a\nb\nc\n'), 2), 2, scratch, ALIVE)) {
    expect(part.records).toBe(1);
    break;
  }
  expect(await readdir(scratch)).toEqual([]);
});
