// Spool: lines on their way to the store, kept on disk. In: lines with their sources. Out: closed segments, oldest first.
import { mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Segment, SegmentSource } from '@kubewitness/core/event';
import type { Clock, Log } from './clock.ts';
import { lockDirectory } from './lock-directory.ts';
import { OpenSegment } from './open-segment.ts';
import { type ClosedFile, FAILED_FOLDER, recoverSpool } from './recover-spool.ts';
import { scanSegment } from './scan-segment.ts';
import { realDisk, type SegmentDisk, syncDirectory } from './segment-file.ts';
import { SegmentNumbers } from './segment-number.ts';
import { SegmentWriter, type SpoolTrouble, type SyncOutcome } from './segment-writer.ts';

export interface SpoolLimits {
  /** A segment is closed before it grows beyond this. @default 32 MiB */
  readonly segmentBytes: number;
  /** A segment with rows of a live source is closed this long after its first row. @default 500 */
  readonly liveSegmentMillis: number;
  /** The same for a segment that holds only rows of imports. @default 2000 */
  readonly bulkSegmentMillis: number;
  /** Rows written but not synced, while nobody waits for them. @default 8 MiB */
  readonly maxUnsyncedBytes: number;
  /** Pause between attempts while the disk refuses. @default 1000 */
  readonly retryMillis: number;
}

export const SPOOL_LIMITS: SpoolLimits = {
  segmentBytes: 32 * 1024 * 1024,
  liveSegmentMillis: 500,
  bulkSegmentMillis: 2000,
  maxUnsyncedBytes: 8 * 1024 * 1024,
  retryMillis: 1000,
};

export interface SpoolOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<SpoolLimits>;
  readonly disk?: SegmentDisk;
  /** Called whenever room may have come or gone. */
  readonly onProgress?: () => void;
}

export type SpoolOpening =
  | { readonly ok: true; readonly spool: Spool }
  | { readonly ok: false; readonly problem: string };

interface Waiting extends ClosedFile {
  /** Known at once for segments of this run, read from the file for older ones. */
  segment?: Segment;
}

export class Spool {
  readonly #options: SpoolOptions;
  readonly #limits: SpoolLimits;
  readonly #numbers: SegmentNumbers;
  readonly #writer: SegmentWriter;
  readonly #unlock: () => Promise<void>;
  /** Closed segments, oldest first. */
  readonly #closed: Waiting[];
  #open: OpenSegment | undefined;
  #streamBytes = 0;
  #closedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #consumerWake: (() => void) | undefined;

  private constructor(
    options: SpoolOptions,
    numbers: SegmentNumbers,
    files: ClosedFile[],
    unlock: () => Promise<void>,
  ) {
    this.#options = options;
    this.#limits = { ...SPOOL_LIMITS, ...options.limits };
    this.#numbers = numbers;
    this.#unlock = unlock;
    this.#closed = files;
    for (const file of files) this.#closedBytes += file.bytes;
    this.#writer = new SegmentWriter({
      directory: options.directory,
      disk: options.disk ?? realDisk,
      clock: options.clock,
      log: options.log,
      maxUnsyncedBytes: this.#limits.maxUnsyncedBytes,
      retryMillis: this.#limits.retryMillis,
      onClosed: (segment, path) => this.#publish(segment, path),
      onProgress: () => options.onProgress?.(),
    });
  }

  /** Makes the directory, takes it for this process and recovers what the last one left. */
  static async open(options: SpoolOptions): Promise<SpoolOpening> {
    const { directory, log } = options;
    const { files, highestNumber, lock } = await recoverLocked(directory, log);
    if (!lock.ok) {
      return {
        ok: false,
        problem: `KW_SPOOL_IN_USE: process ${lock.pid} has ${directory} open; stop it or use another data directory.`,
      };
    }
    return {
      ok: true,
      spool: new Spool(options, await SegmentNumbers.open(directory, highestNumber), files, lock.release),
    };
  }

  /** Adds one row; the bytes are copied, so their buffer may be used again at once. Durable only after `sync`. */
  append(
    source: SegmentSource,
    arrivalMicros: number,
    position: number,
    problem: Uint8Array | undefined,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    let open = this.#open;
    if (open === undefined || open.encodedBytes + (to - from) > this.#limits.segmentBytes || !open.takesSources) {
      this.seal();
      open = new OpenSegment(this.#numbers.take(), this.#streamBytes, arrivalMicros);
      this.#open = open;
      this.#writer.enqueue(open);
      this.#closeAfter(this.#limits.bulkSegmentMillis);
    }
    if (!open.live && source.kind !== 'import') {
      open.live = true;
      this.#closeAfter(this.#limits.liveSegmentMillis);
    }
    const fullBlocksEnd = open.fullBlocksEnd;
    open.append(source, arrivalMicros, position, problem, bytes, from, to);
    this.#streamBytes = open.streamOffset + open.encodedBytes;
    if (open.fullBlocksEnd !== fullBlocksEnd) this.#writer.kick();
  }

  /** Resolves when all rows appended so far are on the disk. A patient caller waits through trouble of the disk. */
  sync(patient: boolean): Promise<SyncOutcome> {
    return this.#writer.sync(this.#streamBytes, patient);
  }

  /** Closes the open segment now, so that the store gets its rows without waiting for more. */
  seal(): void {
    if (this.#open === undefined) return;
    clearTimeout(this.#timer);
    this.#open.sealed = true;
    this.#open = undefined;
    this.#writer.kick();
  }

  /** The oldest closed segment; the same again until it is removed or set aside. Undefined when the signal aborts. */
  async next(signal: AbortSignal): Promise<Segment | undefined> {
    while (!signal.aborted) {
      const oldest = this.#closed[0];
      if (oldest !== undefined) {
        oldest.segment ??= await describe(oldest);
        return oldest.segment;
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#consumerWake = wake;
        signal.addEventListener('abort', wake);
      });
    }
    return undefined;
  }

  /** The store has it: the file may go. */
  async remove(segment: Segment): Promise<void> {
    await this.#numbers.keep(segment.number);
    await unlink(segment.path);
    this.#forget(segment);
  }

  /** Nothing is thrown away: a segment that cannot be stored goes to `failed/` with the reason beside it. */
  async setAside(segment: Segment, reason: string): Promise<string> {
    const { directory, log } = this.#options;
    const path = join(directory, FAILED_FOLDER, basename(segment.path));
    await this.#numbers.keep(segment.number);
    await writeFile(`${path}.reason.txt`, `${reason}\n`, { mode: 0o600 });
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

  get trouble(): SpoolTrouble | undefined {
    return this.#writer.trouble;
  }

  /** On disk and on the way there. */
  bytes(): number {
    return this.#writer.queue.reduce((sum, segment) => sum + segment.encodedBytes, this.#closedBytes);
  }

  /** Rows in memory that are not on the disk yet. */
  retainedBytes(): number {
    return this.#writer.queue.reduce((sum, segment) => sum + segment.retainedBytes, 0);
  }

  segments(): number {
    return this.#closed.length + this.#writer.queue.length;
  }

  oldestAgeSeconds(): number {
    const firstRowMicros = this.#closed[0]?.firstRowMicros ?? this.#writer.queue[0]?.firstRowMicros;
    return firstRowMicros === undefined ? 0 : Math.max(0, (this.#options.clock.nowMicros() - firstRowMicros) / 1e6);
  }

  /** Brings what was appended to the disk and lets go of the directory. */
  async close(): Promise<void> {
    this.seal();
    await this.#writer.close();
    const left = this.retainedBytes();
    if (left > 0) {
      const { directory, log } = this.#options;
      log.warn(
        { directory, left },
        `${left} bytes of rows, never acknowledged, could not be written; their senders have to send them again.`,
      );
    }
    await this.#numbers.close();
    await this.#unlock();
  }

  #closeAfter(millis: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.seal(), millis);
  }

  #publish(open: OpenSegment, path: string): void {
    const { number, sources, rows, encodedBytes: bytes, firstRowMicros } = open;
    this.#closed.push({ number, path, bytes, firstRowMicros, segment: { number, path, sources, rows, bytes } });
    this.#closedBytes += bytes;
    this.#consumerWake?.();
  }

  #forget(segment: Segment): void {
    const at = this.#closed.findIndex((file) => file.number === segment.number);
    if (at < 0) return;
    this.#closed.splice(at, 1);
    this.#closedBytes -= segment.bytes;
    this.#options.onProgress?.();
  }
}

async function recoverLocked(directory: string, log: Log) {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(directory);
  if (!lock.ok) return { lock, files: [], highestNumber: 0 };
  return { lock, ...(await recoverSpool(directory, log)) };
}

async function describe(file: ClosedFile): Promise<Segment> {
  const { sources, rows } = await scanSegment(file.path);
  return { number: file.number, path: file.path, sources, rows, bytes: file.bytes };
}
