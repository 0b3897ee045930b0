// Reading segment files back. In: a path. Out: how much of it is whole, its sources, or its rows.
import { open, readFile } from 'node:fs/promises';
import type { SegmentSource } from '@kubewitness/core/event';
import { type RowPlace, readRow } from './segment-row.ts';

const WINDOW_BYTES = 1024 * 1024;

export interface SegmentScan {
  readonly sources: readonly (SegmentSource | undefined)[];
  /** Data rows. */
  readonly rows: number;
  /** Where the last whole row ends; the file may be longer. */
  readonly wholeBytes: number;
  readonly fileBytes: number;
}

/** Walks over the rows without holding lines in memory, and stops at the first that is not whole or makes no sense. */
export async function scanSegment(path: string): Promise<SegmentScan> {
  const handle = await open(path, 'r');
  try {
    const fileBytes = (await handle.stat()).size;
    const sources: (SegmentSource | undefined)[] = [undefined];
    let rows = 0;
    let at = 0;
    let window = Buffer.alloc(0);
    let windowStart = 0;
    while (at < fileBytes) {
      let row = rowAt(window, at - windowStart, fileBytes - windowStart);
      if (row === undefined) {
        windowStart = at;
        window = Buffer.alloc(Math.min(WINDOW_BYTES, fileBytes - at));
        const { bytesRead } = await handle.read(window, 0, window.length, at);
        window = window.subarray(0, bytesRead);
        row = rowAt(window, 0, fileBytes - windowStart);
        if (row === undefined) break;
      }
      if (row.source === 0) {
        const source = parseSource(window.subarray(row.lineStart, row.lineEnd));
        // Also ends at a tail of zeros, which some file systems leave behind after a power cut.
        if (source === undefined || row.position !== sources.length) break;
        sources.push(source);
      } else {
        if (row.source >= sources.length) break;
        rows++;
      }
      at = windowStart + row.lineEnd;
    }
    return { sources, rows, wholeBytes: at, fileBytes };
  } finally {
    await handle.close();
  }
}

/** A row whose head lies in the window and whose end lies in the file; a description must lie in the window whole. */
function rowAt(window: Buffer, start: number, fileEnd: number): RowPlace | undefined {
  const row = start < window.length ? readRow(window, start, window.length, true) : undefined;
  if (row === undefined || row.lineEnd > fileEnd) return undefined;
  return row.source === 0 && row.lineEnd > window.length ? undefined : row;
}

function parseSource(text: Buffer): SegmentSource | undefined {
  try {
    const value: SegmentSource | null = JSON.parse(text.toString('utf8'));
    return typeof value === 'object' && value !== null && typeof value.name === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface SegmentRow {
  readonly source: SegmentSource;
  readonly position: number;
  readonly arrivalMicros: number;
  readonly problem: string;
  readonly line: Buffer;
}

/** All whole data rows of a segment, in order. For tests and for looking into segments that were set aside. */
export async function readSegmentRows(path: string): Promise<SegmentRow[]> {
  const bytes = await readFile(path);
  const sources: (SegmentSource | undefined)[] = [undefined];
  const rows: SegmentRow[] = [];
  for (let at = 0; ; ) {
    const row = readRow(bytes, at, bytes.length);
    if (row === undefined) return rows;
    const line = bytes.subarray(row.lineStart, row.lineEnd);
    const source = row.source === 0 ? undefined : sources[row.source];
    if (row.source === 0) sources[row.position] = parseSource(line);
    else if (source === undefined) return rows;
    else {
      const problem = bytes.toString('utf8', row.problemStart, row.problemEnd);
      rows.push({ source, position: row.position, arrivalMicros: row.arrivalMicros, problem, line });
    }
    at = row.lineEnd;
  }
}
