// SegmentWriter: the one loop that brings open segments to the disk. In: OpenSegments, in order. Out: durable bytes, closed files.

import type { Clock, Log } from './clock.ts';
import type { OpenSegment } from './open-segment.ts';
import type { SegmentDisk, SegmentFile } from './segment-file.ts';
import { closedTrouble, type SpoolTrouble, writeTrouble } from './spool-trouble.ts';

export type SyncOutcome = { readonly ok: true } | { readonly ok: false; readonly trouble: SpoolTrouble };

interface Waiter {
  readonly streamTarget: number;
  /** Waits through trouble; others are told of it at once. */
  readonly patient: boolean;
  readonly resolve: (outcome: SyncOutcome) => void;
}

export interface SegmentWriterOptions {
  readonly directory: string;
  readonly disk: SegmentDisk;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxUnsyncedBytes: number;
  readonly retryMillis: number;
  /** A segment is whole and durable under its final name. */
  readonly onClosed: (segment: OpenSegment, path: string) => void;
  /** Something moved: rows became durable, or trouble came or went. */
  readonly onProgress: () => void;
}

export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  readonly #queue: OpenSegment[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #file: SegmentFile | undefined;
  #waiters: Waiter[] = [];
  #durableStream = 0;
  #trouble: SpoolTrouble | undefined;
  #kicked = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  get trouble(): SpoolTrouble | undefined {
    return this.#trouble;
  }

  /** Segments that are not closed yet, oldest first. */
  get queue(): readonly OpenSegment[] {
    return this.#queue;
  }

  enqueue(segment: OpenSegment): void {
    this.#queue.push(segment);
  }

  /** There may be something to write, to sync or to close. */
  kick(): void {
    this.#kicked = true;
    this.#wake?.();
  }

  /** Resolves once the stream is durable up to `streamTarget`: one fsync serves all who wait. */
  sync(streamTarget: number, patient: boolean): Promise<SyncOutcome> {
    if (streamTarget <= this.#durableStream) return Promise.resolve({ ok: true });
    if (this.#ended) return Promise.resolve({ ok: false, trouble: this.#endTrouble() });
    if (this.#trouble !== undefined && !patient) return Promise.resolve({ ok: false, trouble: this.#trouble });
    return new Promise((resolve) => {
      this.#waiters.push({ streamTarget, patient, resolve });
      this.kick();
    });
  }

  /** Writes what is there and ends. With a full disk it tries once more and leaves the rest to the senders. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.kick();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const closing = this.#stop.signal.aborted;
      this.#kicked = false;
      try {
        await this.#flush();
        this.#clearTrouble();
      } catch (error) {
        await this.#takeTrouble(error);
        if (closing) break;
        await this.#options.clock.pause(this.#options.retryMillis, this.#stop.signal);
        this.#kicked = true;
      }
      if (closing && !this.#kicked) break;
      if (!this.#kicked && !this.#stop.signal.aborted) await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    await this.#file?.release().catch(() => undefined);
    this.#endWaiters();
  }

  async #flush(): Promise<void> {
    for (;;) {
      const segment = this.#queue[0];
      if (segment === undefined) return;
      // This and the end are read before the first await: rows appended meanwhile belong to the next round.
      const sealed = segment.sealed;
      // In trouble everything is tried: whether the disk works again shows only in a write.
      const awaited =
        this.#trouble !== undefined ||
        this.#waiters.some((waiter) => waiter.streamTarget > segment.streamOffset + segment.durableBytes);
      const writeEnd = sealed || awaited ? segment.sealedEnd() : segment.fullBlocksEnd;
      if (writeEnd > segment.writtenBytes) await this.#write(segment, writeEnd);
      const unsynced = segment.writtenBytes - segment.durableBytes;
      if (unsynced > 0 && (sealed || awaited || unsynced >= this.#options.maxUnsyncedBytes)) {
        await this.#file?.sync();
        segment.markDurable(segment.writtenBytes);
        this.#settle(segment.streamOffset + segment.durableBytes);
      }
      if (sealed) await this.#finish(segment);
      else if (segment.fullBlocksEnd <= segment.writtenBytes && !this.#kicked) return;
      else this.#kicked = false;
    }
  }

  async #write(segment: OpenSegment, end: number): Promise<void> {
    this.#file ??= await this.#options.disk.create(this.#options.directory, segment.number);
    for (const piece of segment.unwritten(end)) {
      await this.#file.write(piece, segment.writtenBytes);
      segment.writtenBytes += piece.length;
    }
  }

  async #finish(segment: OpenSegment): Promise<void> {
    const path = await this.#file?.finish();
    this.#file = undefined;
    this.#queue.shift();
    if (path !== undefined) this.#options.onClosed(segment, path);
  }

  #settle(durableStream: number): void {
    this.#durableStream = durableStream;
    const waiting: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (waiter.streamTarget <= durableStream) waiter.resolve({ ok: true });
      else waiting.push(waiter);
    }
    this.#waiters = waiting;
    this.#options.onProgress();
  }

  async #takeTrouble(error: unknown): Promise<void> {
    const { directory, clock, log } = this.#options;
    const trouble = writeTrouble(directory, error, this.#trouble?.sinceMicros ?? clock.nowMicros());
    const { code } = trouble;
    // One sentence per trouble, not one per retry.
    if (this.#trouble?.code !== code) log.error({ code, directory, err: error }, trouble.sentence);
    this.#trouble = trouble;
    const segment = this.#queue[0];
    if (segment !== undefined) {
      // What was written but not synced is not to be trusted: cut it off and write it again from memory.
      segment.writtenBytes = segment.durableBytes;
      await this.#file?.cutTo(segment.durableBytes).catch(() => undefined);
    }
    const patient: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (waiter.patient) patient.push(waiter);
      else waiter.resolve({ ok: false, trouble });
    }
    this.#waiters = patient;
    this.#options.onProgress();
  }

  #clearTrouble(): void {
    if (this.#trouble === undefined) return;
    const { clock, directory, log } = this.#options;
    const seconds = Math.round((clock.nowMicros() - this.#trouble.sinceMicros) / 1e6);
    log.info({ directory, seconds }, `${directory} can be written again after ${seconds} s; intake goes on.`);
    this.#trouble = undefined;
    this.#options.onProgress();
  }

  #endWaiters(): void {
    this.#ended = true;
    const trouble = this.#endTrouble();
    for (const waiter of this.#waiters) waiter.resolve({ ok: false, trouble });
    this.#waiters = [];
  }

  #endTrouble(): SpoolTrouble {
    return this.#trouble ?? closedTrouble(this.#options.clock.nowMicros());
  }
}
