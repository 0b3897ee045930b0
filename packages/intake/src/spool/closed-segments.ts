// ClosedSegments: whole segments that wait for the store. In: files, oldest first. Out: the oldest, until they are stored or set aside.
import { rename, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Segment } from '@kubewitness/core/event';
import type { Log } from './clock.ts';
import { type ClosedFile, FAILED_FOLDER } from './recover-spool.ts';
import { REASON_SUFFIX } from './renumber-returned.ts';
import { scanSegment } from './scan-segment.ts';
import { syncDirectory } from './segment-file.ts';
import type { SegmentNumbers } from './segment-number.ts';

interface Waiting extends ClosedFile {
  /** Known at once for segments of this run, read from the file for older ones. */
  segment?: Segment;
}

/** How many at most, and how large together; the first is given whatever its size. */
export interface SegmentsWanted {
  readonly segments: number;
  readonly bytes: number;
}

export interface ClosedSegmentsOptions {
  readonly directory: string;
  readonly log: Log;
  readonly numbers: SegmentNumbers;
  readonly onRemoved: () => void;
}

export class ClosedSegments {
  readonly #options: ClosedSegmentsOptions;
  readonly #waiting: Waiting[];
  #bytes = 0;
  #wake: (() => void) | undefined;

  constructor(options: ClosedSegmentsOptions, recovered: readonly ClosedFile[]) {
    this.#options = options;
    this.#waiting = [...recovered];
    for (const file of recovered) this.#bytes += file.bytes;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get firstRowMicros(): number | undefined {
    return this.#waiting[0]?.firstRowMicros;
  }

  add(segment: Segment, firstRowMicros: number): void {
    const { number, path, bytes } = segment;
    this.#waiting.push({ number, path, bytes, firstRowMicros, segment });
    this.#bytes += bytes;
    this.#wake?.();
  }

  /** Waits until there is one. A segment of an earlier run has to be read before it can be told of, so that no more are than are wanted. */
  async oldest(wanted: SegmentsWanted, signal: AbortSignal): Promise<readonly Segment[]> {
    while (!signal.aborted) {
      const segments: Segment[] = [];
      let bytes = 0;
      for (const file of this.#waiting.slice(0, wanted.segments)) {
        bytes += file.bytes;
        if (segments.length > 0 && bytes > wanted.bytes) break;
        file.segment ??= await describe(file);
        segments.push(file.segment);
      }
      if (segments.length > 0) return segments;
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake = wake;
        signal.addEventListener('abort', wake);
      });
    }
    return [];
  }

  async remove(segment: Segment): Promise<void> {
    await this.#options.numbers.keep(segment.number);
    await unlink(segment.path);
    this.#forget(segment);
  }

  async setAside(segment: Segment, reason: string): Promise<string> {
    const { directory, log, numbers } = this.#options;
    const path = join(directory, FAILED_FOLDER, basename(segment.path));
    await numbers.keep(segment.number);
    await writeFile(`${path}${REASON_SUFFIX}`, `${reason}\n`, { mode: 0o600 });
    await rename(segment.path, path);
    await syncDirectory(join(directory, FAILED_FOLDER));
    await syncDirectory(directory);
    this.#forget(segment);
    log.error(
      { code: 'KW_SPOOL_SEGMENT_SET_ASIDE', path, rows: segment.rows, reason },
      `KW_SPOOL_SEGMENT_SET_ASIDE: segment ${segment.number} with ${segment.rows} rows could not be stored (${reason}); it is kept as ${path}. Move it back to ${directory} and restart to try again.`,
    );
    return path;
  }

  #forget(segment: Segment): void {
    const at = this.#waiting.findIndex((file) => file.number === segment.number);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#bytes -= segment.bytes;
    this.#options.onRemoved();
  }
}

async function describe(file: ClosedFile): Promise<Segment> {
  const { sources, rows } = await scanSegment(file.path);
  return { number: file.number, path: file.path, sources, rows, bytes: file.bytes };
}
