// Reading segment files back. In: a path. Out: its sources, its rows, or how much of it a crash left whole.
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { DESCRIPTION_MARK, type SegmentSource } from '@kubewitness/core/event';
import { dropSeal, FRAME_HEAD_BYTES, isWholeFrame, readFrameLength } from './segment-frame.ts';
import { type RowPlace, readRow } from './segment-row.ts';

const WINDOW_BYTES = 1024 * 1024;

export interface SegmentScan {
  readonly sources: readonly (SegmentSource | undefined)[];
  readonly rows: number;
}

/** Walks over the rows of a closed segment without holding lines in memory. */
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
        sources.push(readTold(window.toString('utf8', row.problemStart, row.problemEnd)).source);
      }
      // A damaged file: the store will refuse it and set it aside.
      if (sources[row.source] === undefined) break;
      rows++;
      at = windowStart + row.lineEnd;
    }
    return { sources, rows };
  } finally {
    await handle.close();
  }
}

export interface WholeFrames {
  readonly rows: number;
  /** Where the last whole frame ends; the file may be longer. */
  readonly wholeBytes: number;
  readonly fileBytes: number;
}

/** How much of a segment that was open at a crash reached the disk as it was written. Nothing behind that was ever acknowledged. */
export async function scanWholeFrames(path: string): Promise<WholeFrames> {
  const handle = await open(path, 'r');
  try {
    const fileBytes = (await handle.stat()).size;
    let rows = 0;
    let wholeBytes = 0;
    for (;;) {
      const frame = await readFrame(handle, wholeBytes, fileBytes);
      if (frame === undefined) return { rows, wholeBytes, fileBytes };
      for (
        let row = readRow(frame, 0, frame.length);
        row !== undefined;
        row = readRow(frame, row.lineEnd, frame.length)
      )
        rows++;
      wholeBytes += frame.length;
    }
  } finally {
    await handle.close();
  }
}

/** Neither half a row, nor zeros or an old block's bytes in the place of what a power cut took, pass for a frame. */
async function readFrame(handle: FileHandle, at: number, fileBytes: number): Promise<Buffer | undefined> {
  const head = Buffer.alloc(Math.min(FRAME_HEAD_BYTES, fileBytes - at));
  await handle.read(head, 0, head.length, at);
  const length = readFrameLength(head);
  if (length === undefined || at + length > fileBytes) return undefined;
  const frame = Buffer.alloc(length);
  await handle.read(frame, 0, length, at);
  return isWholeFrame(frame) ? frame : undefined;
}

/** A row whose line begins in the window and ends in the file. */
function rowAt(window: Buffer, start: number, fileEnd: number): RowPlace | undefined {
  const row = start < window.length ? readRow(window, start, window.length, true) : undefined;
  return row === undefined || row.lineEnd > fileEnd ? undefined : row;
}

/** What the problem of a row tells. */
interface Told {
  /** Set in the first row of a source. */
  readonly source: SegmentSource | undefined;
  readonly problem: string;
}

function readTold(text: string): Told {
  if (!text.startsWith(DESCRIPTION_MARK)) return { source: undefined, problem: text };
  const end = text.indexOf(DESCRIPTION_MARK, 1);
  return { source: readSource(dropSeal(text.slice(1, end))), problem: text.slice(end + 1) };
}

function readSource(json: string): SegmentSource | undefined {
  try {
    return JSON.parse(json);
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
    const told = readTold(bytes.toString('utf8', row.problemStart, row.problemEnd));
    if (told.source !== undefined) sources[row.source] = told.source;
    const source = sources[row.source];
    if (source === undefined) throw new Error(`${path}: a row of source ${row.source}, which it never described`);
    const { position, arrivalMicros } = row;
    rows.push({ source, position, arrivalMicros, problem: told.problem, line });
    at = row.lineEnd;
  }
}
