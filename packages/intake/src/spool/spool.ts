// Spool: lines on their way to the store, kept on disk. In: lines with their sources. Out: closed segments, oldest first.
import { mkdir } from 'node:fs/promises';
import type { Segment, SegmentSource } from '@kubewitness/core/event';
import { BlockPool } from './block-pool.ts';
import type { Clock, Log } from './clock.ts';
import { ClosedSegments, type SegmentsWanted } from './closed-segments.ts';
import { lockDirectory } from './lock-directory.ts';
import { OpenSegment } from './open-segment.ts';
import { type ClosedFile, recoverSpool } from './recover-spool.ts';
import { renumberReturned } from './renumber-returned.ts';
import { realDisk, type SegmentDisk } from './segment-file.ts';
import { SegmentNumbers } from './segment-number.ts';
import { SegmentWriter, type SyncOutcome } from './segment-writer.ts';
import { SPOOL_LIMITS, type SpoolLimits } from './spool-limits.ts';
import { closedTrouble, type SpoolTrouble } from './spool-trouble.ts';

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

interface SpoolStart {
  readonly numbers: SegmentNumbers;
  readonly files: readonly ClosedFile[];
  readonly unlock: () => Promise<void>;
}

const LOOK_AGAIN_MILLIS = 20;

export class Spool {
  /** Lowest number of a segment that waits from now on: the oldest that an earlier run left, or the first of this one. */
  readonly firstNumber: number;
  /** Highest number that an earlier run left; 0 when it left none. */
  readonly lastLeftNumber: number;
  readonly #options: SpoolOptions;
  readonly #limits: SpoolLimits;
  readonly #start: SpoolStart;
  readonly #writer: SegmentWriter;
  readonly #closed: ClosedSegments;
  readonly #pool = new BlockPool();
  #open: OpenSegment | undefined;
  #streamBytes = 0;
  #newestNumber = 0;
  #newestLiveMicros = 0;
  #timer: NodeJS.Timeout | undefined;
  #closing = false;
  /** Rows came after `close` began. */
  #refused = false;

  private constructor(options: SpoolOptions, start: SpoolStart) {
    const { directory, log, clock } = options;
    this.#options = options;
    this.#limits = { ...SPOOL_LIMITS, ...options.limits };
    this.#start = start;
    this.firstNumber = start.files[0]?.number ?? start.numbers.next;
    this.lastLeftNumber = start.files.at(-1)?.number ?? 0;
    const onProgress = () => options.onProgress?.();
    this.#closed = new ClosedSegments({ directory, log, numbers: start.numbers, onRemoved: onProgress }, start.files);
    this.#writer = new SegmentWriter({
      directory,
      disk: options.disk ?? realDisk,
      clock,
      log,
      maxUnsyncedBytes: this.#limits.maxUnsyncedBytes,
      retryMillis: this.#limits.retryMillis,
      onClosed: ({ number, sources, rows, encodedBytes: bytes, firstRowMicros }, path) =>
        this.#closed.add({ number, path, sources, rows, bytes }, firstRowMicros),
      onProgress,
    });
  }

  /** Makes the directory, takes it for this process and recovers what the last one left. */
  static async open(options: SpoolOptions): Promise<SpoolOpening> {
    const { directory, log } = options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(directory);
    if (!lock.ok) {
      const problem = `KW_SPOOL_IN_USE: process ${lock.pid} has ${directory} open; stop it or use another data directory.`;
      return { ok: false, problem };
    }
    try {
      const { files: found, highestNumber } = await recoverSpool(directory, log);
      const numbers = await SegmentNumbers.open(directory, highestNumber);
      const files = await renumberReturned(directory, found, numbers);
      return { ok: true, spool: new Spool(options, { numbers, files, unlock: lock.release }) };
    } catch (error) {
      await lock.release();
      throw error;
    }
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
    // Nobody is told that such rows are safe: `sync` refuses from now on.
    if (this.#closing) this.#refused = true;
    if (this.#closing) return;
    let open = this.#open;
    if (open === undefined || open.encodedBytes + (to - from) > this.#limits.segmentBytes || !open.takesSources) {
      open = this.#begin(arrivalMicros);
    }
    if (source.kind !== 'import') {
      if (!open.live) this.#closeLive(open, arrivalMicros);
      this.#newestLiveMicros = arrivalMicros;
    }
    const fullBlocksEnd = open.fullBlocksEnd;
    open.append(source, arrivalMicros, position, problem, bytes, from, to);
    this.#streamBytes = open.streamOffset + open.encodedBytes;
    if (open.fullBlocksEnd !== fullBlocksEnd) this.#writer.kick();
  }

  /** Resolves when all rows appended so far are on the disk. A patient caller waits through trouble of the disk. */
  sync(patient: boolean): Promise<SyncOutcome> {
    if (this.#refused) return Promise.resolve({ ok: false, trouble: closedTrouble(this.#options.clock.nowMicros()) });
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

  /**
   * Closed segments, the oldest first, at least one and no more than are wanted; the same again until they are removed or set
   * aside. Waits for one; none when the signal aborts.
   */
  waiting(wanted: SegmentsWanted, signal: AbortSignal): Promise<readonly Segment[]> {
    return this.#closed.oldest(wanted, signal);
  }

  /** The store has it: the file may go. */
  remove(segment: Segment): Promise<void> {
    return this.#closed.remove(segment);
  }

  /** Nothing is thrown away: a segment that cannot be stored goes to `failed/`, the reason beside it. Gives its new path. */
  setAside(segment: Segment, reason: string): Promise<string> {
    return this.#closed.setAside(segment, reason);
  }

  /** Number of the segment that took the newest row; 0 before the first. */
  get newestNumber(): number {
    return this.#newestNumber;
  }

  get trouble(): SpoolTrouble | undefined {
    return this.#writer.trouble;
  }

  /** On disk and on the way there. */
  bytes(): number {
    return this.#writer.queue.reduce((sum, segment) => sum + segment.encodedBytes, this.#closed.bytes);
  }

  /** Rows in memory that are not on the disk yet. */
  retainedBytes(): number {
    return this.#writer.queue.reduce((sum, segment) => sum + segment.retainedBytes, 0);
  }

  segments(): number {
    return this.#closed.length + this.#writer.queue.length;
  }

  oldestAgeSeconds(): number {
    const firstRowMicros = this.#closed.firstRowMicros ?? this.#writer.queue[0]?.firstRowMicros;
    return firstRowMicros === undefined ? 0 : Math.max(0, (this.#options.clock.nowMicros() - firstRowMicros) / 1e6);
  }

  /** Brings what was appended to the disk and lets go of the directory. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.seal();
    this.#closing = true;
    await this.#writer.close();
    const leftBytes = this.retainedBytes();
    if (leftBytes > 0) {
      const { directory, log } = this.#options;
      const sentence = `${leftBytes} bytes of rows, never acknowledged, could not be written; their senders have to send them again.`;
      log.warn({ directory, leftBytes }, sentence);
    }
    await this.#start.numbers.close();
    await this.#start.unlock();
  }

  #begin(firstRowMicros: number): OpenSegment {
    this.seal();
    const open = new OpenSegment(this.#start.numbers.take(), this.#streamBytes, firstRowMicros, this.#pool);
    this.#open = open;
    this.#newestNumber = open.number;
    this.#writer.enqueue(open);
    this.#closeAfter(this.#limits.bulkSegmentMillis);
    return open;
  }

  #closeAfter(millis: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#closeWhenWanted(), millis);
  }

  /** After a quiet time somebody may be watching for just this row; in a stream of rows a segment each 50 ms would cost much. */
  #closeLive(open: OpenSegment, arrivalMicros: number): void {
    const { liveSegmentMillis } = this.#limits;
    const quietMillis = (arrivalMicros - this.#newestLiveMicros) / 1000;
    open.live = true;
    this.#closeAfter(quietMillis > 4 * liveSegmentMillis ? liveSegmentMillis / 10 : liveSegmentMillis);
  }

  /** While the store is busy with a segment, rows gather: one big batch costs it far less than many small ones. */
  #closeWhenWanted(): void {
    if (this.#closed.length === 0) this.seal();
    else this.#closeAfter(LOOK_AGAIN_MILLIS);
  }
}
