// StoreWriter: takes closed segments from the spool, stores each, and tells who waits. The only writer of records.
import type { BatchReport, Segment } from '@kubewitness/core/event';
import type { Log, Metrics } from '../observe/index.ts';
import { isRefusal } from './sql/database.ts';
import type { Store } from './store.ts';

/** The spool as the writer needs it. */
export interface SegmentQueue {
  /** The oldest closed segment; the same again until it is removed or set aside. */
  next(signal: AbortSignal): Promise<Segment | undefined>;
  remove(segment: Segment): Promise<void>;
  setAside(segment: Segment, reason: string): Promise<string>;
}

export interface StoreWriterOptions {
  readonly store: Store;
  readonly queue: SegmentQueue;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
}

type Listener = (report: BatchReport) => void;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A segment that a healthy engine refuses so often is set aside, so that one bad file cannot stop the store. */
const MAX_REFUSALS = 8;
/** Memory, disk, too many parts, time: these pass. */
const PASSING_CODES: ReadonlySet<string> = new Set(['159', '202', '210', '236', '241', '243', '252', '394']);

/** Starts and stops; `onBatch` listeners hear of each batch after it can be found. */
export class StoreWriter {
  readonly #options: StoreWriterOptions;
  readonly #listeners = new Set<Listener>();
  #newest = 0;
  #failed = 0;

  constructor(options: StoreWriterOptions) {
    this.#options = options;
  }

  /** Number of the newest batch in the store; 0 before the first. */
  newestBatch(): number {
    return this.#newest;
  }

  /** Segments set aside since the start. */
  failedSegments(): number {
    return this.#failed;
  }

  onBatch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when a batch beyond `number` has landed, after `millis`, or when the signal aborts. */
  wait(number: number, millis: number, signal: AbortSignal): Promise<void> {
    if (this.#newest > number || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        off();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, millis);
      const off = this.onBatch(done);
      signal.addEventListener('abort', done);
    });
  }

  /** Stores segment after segment until the signal aborts; a batch in hand is finished or left to the next start. */
  async run(signal: AbortSignal): Promise<void> {
    const { queue } = this.#options;
    while (!signal.aborted) {
      const segment = await queue.next(signal);
      if (segment === undefined) return;
      const report = await this.#insert(segment, signal);
      if (report === undefined) continue;
      await queue.remove(segment);
      this.#tell(report, segment);
    }
  }

  async #insert(segment: Segment, signal: AbortSignal): Promise<BatchReport | undefined> {
    const { log, pause, store, metrics, clock } = this.#options;
    let refusals = 0;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const startedAt = clock();
      const seconds = () => Number(clock() - startedAt) / 1e9;
      try {
        const report = await store.insertSegment(segment, signal);
        metrics.storeBatchSeconds.observe({ outcome: 'stored' }, seconds());
        return report;
      } catch (error) {
        if (signal.aborted) return undefined;
        metrics.storeBatchSeconds.observe({ outcome: 'failed' }, seconds());
        const refused = isRefusal(error) && !PASSING_CODES.has(error.code);
        if (refused) refusals += 1;
        log.warn(
          { err: error, segment: segment.number, refusals },
          'The store did not take a segment; it is tried again.',
        );
        if (refusals >= MAX_REFUSALS) return this.#setAside(segment, error);
      }
      await pause(pauseMs, signal);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
    return undefined;
  }

  async #setAside(segment: Segment, error: unknown): Promise<undefined> {
    const reason = error instanceof Error ? error.message : String(error);
    const path = await this.#options.queue.setAside(segment, reason);
    this.#failed += 1;
    this.#options.log.error(
      { code: 'KW_STORE_SEGMENT_REFUSED', segment: segment.number, path },
      `KW_STORE_SEGMENT_REFUSED: the engine refused ${segment.rows} lines ${MAX_REFUSALS} times; they are kept in ${path}. Move the file back into the spool after an upgrade, or send it to the makers of KubeWitness.`,
    );
    const sources = segment.sources.filter((source) => source !== undefined);
    this.#tell(
      { number: segment.number, counts: [], firstArrivalMicros: undefined, setAside: { path, sources } },
      segment,
    );
    return undefined;
  }

  #tell(report: BatchReport, segment: Segment): void {
    const { metrics, clock } = this.#options;
    this.#newest = segment.number;
    for (const { source, stored, duplicate, quarantined, delaySeconds } of report.counts) {
      metrics.storedRecords.inc({ source: source.kind }, stored);
      metrics.duplicateRecords.inc({ source: source.kind }, duplicate);
      metrics.quarantinedLines.inc({ source: source.kind }, quarantined);
      // An import says nothing about how far the live sources are behind.
      if (delaySeconds !== undefined && source.kind !== 'import')
        metrics.eventDelaySeconds.observe(Math.max(0, delaySeconds));
    }
    if (report.firstArrivalMicros !== undefined) {
      metrics.storeDelaySeconds.observe(Number(clock() / 1000n - BigInt(report.firstArrivalMicros)) / 1e6);
    }
    for (const listener of [...this.#listeners]) listener(report);
  }
}
