// StoreWriter: takes closed segments from the spool, stores each, and tells who waits. The only writer of records.
import type { BatchReport, Segment } from '@kubewitness/core/event';
import type { Log, Metrics } from '../observe/index.ts';
import { GROUP_LIMITS } from './insert/segment-group.ts';
import { isRefusal } from './sql/database.ts';
import type { Store } from './store.ts';

/** The spool as the writer needs it. */
export interface SegmentQueue {
  /** Closed segments, the oldest first, and the same again until they are removed or set aside; none when the signal aborts. */
  waiting(wanted: typeof GROUP_LIMITS, signal: AbortSignal): Promise<readonly Segment[]>;
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

  /** Stores what waits until the signal aborts; batches in hand are finished or left to the next start. */
  async run(signal: AbortSignal): Promise<void> {
    const { queue } = this.#options;
    while (!signal.aborted) {
      const waiting = await queue.waiting(GROUP_LIMITS, signal);
      if (waiting.length === 0) return;
      const reports = await this.#insert(waiting, signal);
      for (const [i, report] of reports.entries()) {
        const segment = waiting[i];
        if (segment !== undefined) await queue.remove(segment);
        this.#tell(report);
      }
    }
  }

  /** Reports of the first of `waiting`, of as many as were stored. */
  async #insert(waiting: readonly Segment[], signal: AbortSignal): Promise<readonly BatchReport[]> {
    const [oldest] = waiting;
    if (oldest === undefined) return [];
    const { log, pause, store, metrics, clock } = this.#options;
    let failures = 0;
    let refusals = 0;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const startedAt = clock();
      const seconds = () => Number(clock() - startedAt) / 1e9;
      try {
        // After a failure one at a time, so that no segment suffers for another.
        const reports = await store.insertSegments(failures === 0 ? waiting : [oldest], signal);
        metrics.storeBatchSeconds.observe({ outcome: 'stored' }, seconds());
        return reports;
      } catch (error) {
        if (signal.aborted) return [];
        failures += 1;
        metrics.storeBatchSeconds.observe({ outcome: 'failed' }, seconds());
        const refused = isRefusal(error) && !PASSING_CODES.has(error.code);
        // Whose fault it was, only a segment alone can tell.
        if (refused && (failures > 1 || waiting.length === 1)) refusals += 1;
        log.warn(
          { err: error, segment: oldest.number, refusals },
          'The store did not take a segment; it is tried again.',
        );
        if (refusals >= MAX_REFUSALS) return this.#setAside(oldest, error);
      }
      await pause(pauseMs, signal);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
    return [];
  }

  async #setAside(segment: Segment, error: unknown): Promise<readonly []> {
    const reason = error instanceof Error ? error.message : String(error);
    const path = await this.#options.queue.setAside(segment, reason);
    this.#failed += 1;
    this.#options.log.error(
      { code: 'KW_STORE_SEGMENT_REFUSED', segment: segment.number, path },
      `KW_STORE_SEGMENT_REFUSED: the engine refused ${segment.rows} lines ${MAX_REFUSALS} times; they are kept in ${path}. Move the file back into the spool after an upgrade, or send it to the makers of KubeWitness.`,
    );
    const sources = segment.sources.filter((source) => source !== undefined);
    this.#tell({ number: segment.number, counts: [], firstArrivalMicros: undefined, setAside: { path, sources } });
    return [];
  }

  #tell(report: BatchReport): void {
    const { metrics, clock } = this.#options;
    this.#newest = report.number;
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
