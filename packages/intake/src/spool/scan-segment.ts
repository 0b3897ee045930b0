// Reading segment files back. In: a path. Out: how much of it is whole, its sources, or its rows.
import { open, readFile } from 'node:fs/promises';
import { DESCRIPTION_MARK, type SegmentSource } from '@kubewitness/core/event';
import { type RowPlace, readRow } from './segment-row.ts';

const WINDOW_BYTES = 1024 * 1024;

export interface SegmentScan {
  readonly sources: readonly (SegmentSource | undefined)[];
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
      if (row.source === sources.length) {
        const source = readDescription(window.toString('utf8', row.problemStart, row.problemEnd))?.source;
        if (source === undefined) break;
        sources.push(source);
      }
      // Also ends at a tail of zeros, which some file systems leave behind after a power cut.
      if (sources[row.source] === undefined) break;
      rows++;
      at = windowStart + row.lineEnd;
    }
    return { sources, rows, wholeBytes: at, fileBytes };
  } finally {
    await handle.close();
  }
}

/** A row whose line begins in the window and ends in the file. */
function rowAt(window: Buffer, start: number, fileEnd: number): RowPlace | undefined {
  const row = start < window.length ? readRow(window, start, window.length, true) : undefined;
  return row === undefined || row.lineEnd > fileEnd ? undefined : row;
}

interface Description {
  readonly source: SegmentSource;
  /** What stands behind it: the row's own problem. */
  readonly problem: string;
}

function readDescription(problem: string): Description | undefined {
  const end = problem.indexOf(DESCRIPTION_MARK, 1);
  if (!problem.startsWith(DESCRIPTION_MARK) || end < 0) return undefined;
  try {
    const source: SegmentSource | null = JSON.parse(problem.slice(1, end));
    if (typeof source !== 'object' || source === null || typeof source.name !== 'string') return undefined;
    return { source, problem: problem.slice(end + 1) };
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

/** All whole rows of a segment, in order. For tests and for looking into segments that were set aside. */
export async function readSegmentRows(path: string): Promise<SegmentRow[]> {
  const bytes = await readFile(path);
  const sources: (SegmentSource | undefined)[] = [undefined];
  const rows: SegmentRow[] = [];
  for (let at = 0; ; ) {
    const row = readRow(bytes, at, bytes.length);
    if (row === undefined) return rows;
    const line = bytes.subarray(row.lineStart, row.lineEnd);
    const told = bytes.toString('utf8', row.problemStart, row.problemEnd);
    const description = readDescription(told);
    if (description !== undefined) sources[row.source] = description.source;
    const source = sources[row.source];
    if (source === undefined) return rows;
    const { position, arrivalMicros } = row;
    rows.push({ source, position, arrivalMicros, problem: description?.problem ?? told, line });
    at = row.lineEnd;
  }
}
