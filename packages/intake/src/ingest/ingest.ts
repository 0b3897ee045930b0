// Ingest: the one way into the spool. In: lines of any source. Out: durable rows, or a refusal that says when to come back.
import type { SegmentSource } from '@kubewitness/core/event';
import { type Clock, type Log, type SegmentDisk, Spool } from '../spool/index.ts';
import { DiskReserve } from './disk-reserve.ts';
import type { FrameLimits } from './framer.ts';
import { INGEST_LIMITS, type IngestLimits } from './ingest-limits.ts';
import { type SourceLines, sourceLines } from './source-lines.ts';

type OwnLimits = typeof INGEST_LIMITS;

export interface IngestOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly limits?: Partial<IngestLimits>;
  readonly disk?: SegmentDisk;
}

export interface Refusal {
  readonly ok: false;
  readonly reason: 'spool-full' | 'disk-reserve' | 'write-failed' | 'closed';
  /** One sentence with its code. */
  readonly problem: string;
  readonly retryAfterSeconds: number;
}

export type Admission = { readonly ok: true } | Refusal;

export type IngestOpening =
  | { readonly ok: true; readonly ingest: Ingest }
  | { readonly ok: false; readonly problem: string };

export class Ingest {
  /** For the store: `waiting`, `remove`, `setAside`, and the figures. */
  readonly spool: Spool;
  readonly frameLimits: FrameLimits;
  readonly #clock: Clock;
  readonly #limits: OwnLimits;
  readonly #reserve: DiskReserve;
  #waiting: (() => void)[] = [];
  readonly #received = new Map<SegmentSource['kind'], { lines: number; bytes: number }>();
  #closing: Promise<void> | undefined;
  #pushing: Promise<void> | undefined;

  private constructor(spool: Spool, options: IngestOptions, limits: OwnLimits) {
    this.spool = spool;
    this.frameLimits = limits;
    this.#clock = options.clock;
    this.#limits = limits;
    this.#reserve = new DiskReserve({
      directory: options.directory,
      minFreeBytes: limits.minFreeBytes,
      intervalMillis: limits.diskCheckMillis,
      clock: options.clock,
      onChange: (low, freeBytes) => {
        if (low)
          options.log.warn(
            { code: 'KW_INGEST_DISK_RESERVE', freeBytes },
            reserveSentence(freeBytes, limits.minFreeBytes),
          );
        else options.log.info({ freeBytes }, `The disk has ${megabytes(freeBytes)} free again; intake goes on.`);
        this.#progress();
      },
    });
    if (options.signal.aborted) void this.close();
    else options.signal.addEventListener('abort', () => void this.close(), { once: true });
  }

  static async open(options: IngestOptions): Promise<IngestOpening> {
    const progress = { tell: () => {} };
    const opening = await Spool.open({
      directory: options.directory,
      clock: options.clock,
      log: options.log,
      onProgress: () => progress.tell(),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...(options.disk === undefined ? {} : { disk: options.disk }),
    });
    if (!opening.ok) return opening;
    const ingest = new Ingest(opening.spool, options, { ...INGEST_LIMITS, ...options.limits });
    progress.tell = () => ingest.#progress();
    return { ok: true, ingest };
  }

  /** Whether there is room now. Live senders ask this before they append, and append at once when it says yes. */
  admit(): Admission {
    if (this.#closing !== undefined)
      return refuse('closed', 'KW_INGEST_CLOSED: the server is shutting down; send again.', 2);
    const { trouble } = this.spool;
    if (trouble !== undefined) return refuse('write-failed', trouble.sentence, 5);
    if (this.#reserve.low) {
      return refuse('disk-reserve', reserveSentence(this.#reserve.freeBytes, this.#limits.minFreeBytes), 30);
    }
    const bytes = this.spool.bytes();
    if (bytes >= this.#limits.maxSpoolBytes) {
      const problem = `KW_INGEST_SPOOL_FULL: the spool holds ${megabytes(bytes)}, its limit is ${megabytes(this.#limits.maxSpoolBytes)}; the store is behind. It goes on as soon as the store has caught up.`;
      return refuse('spool-full', problem, 10);
    }
    if (this.spool.retainedBytes() >= this.#limits.maxRetainedBytes) {
      return refuse(
        'spool-full',
        'KW_INGEST_SPOOL_FULL: lines come faster than the disk takes them; send again in a moment.',
        1,
      );
    }
    return { ok: true };
  }

  /** Readers wait here before each chunk; imports (`bulk`) for a shorter queue. False when the signal aborted or the intake closes. */
  async ready(signal: AbortSignal, pace: 'live' | 'bulk' = 'live'): Promise<boolean> {
    while (!signal.aborted && this.#closing === undefined) {
      const isLong = pace === 'bulk' && this.spool.bytes() >= this.#limits.maxBulkBytes;
      if (!isLong && this.admit().ok) return true;
      const change = this.#change(signal);
      // What fills the memory may be one big row that no full block pushes to the disk.
      this.#pushing ??= this.spool.sync(true).then(() => {
        this.#pushing = undefined;
      });
      await change;
    }
    return false;
  }

  /** One row. The bytes are copied before this returns; they are durable once a `commit` called later says so. */
  append(source: SegmentSource, bytes: Uint8Array, position: number, problem = ''): void {
    this.#append(source, position, problem === '' ? undefined : Buffer.from(problem), bytes, 0, bytes.length);
  }

  /** Where a Framer puts the lines of one source. */
  linesOf(source: SegmentSource): SourceLines {
    return sourceLines(source, (...row) => this.#append(...row));
  }

  #append(
    source: SegmentSource,
    position: number,
    problem: Uint8Array | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    let received = this.#received.get(source.kind);
    if (received === undefined) {
      received = { lines: 0, bytes: 0 };
      this.#received.set(source.kind, received);
    }
    received.lines += 1;
    received.bytes += end - start;
    this.spool.append(source, this.#clock.nowMicros(), position, problem, bytes, start, end);
  }

  /** Lines and bytes taken since the start, by kind of source. */
  received(): ReadonlyMap<SegmentSource['kind'], { readonly lines: number; readonly bytes: number }> {
    return this.#received;
  }

  /** Resolves after the fsync that covers everything appended so far; one fsync serves all who wait. */
  async commit(): Promise<Admission> {
    const outcome = await this.spool.sync(false);
    return outcome.ok ? outcome : refuse('write-failed', outcome.trouble.sentence, 5);
  }

  /** Like `commit`, for those who can wait: through a full disk too. A refusal comes only when the intake closes. */
  async commitPatiently(): Promise<Admission> {
    const outcome = await this.spool.sync(true);
    return outcome.ok ? outcome : refuse('closed', outcome.trouble.sentence, 5);
  }

  /** Gives the store what there is now: at the end of an import nobody wants to wait for more rows. */
  flush(): void {
    this.spool.seal();
  }

  get freeDiskBytes(): number {
    return this.#reserve.freeBytes;
  }

  /** Brings everything appended to the disk; later lines are refused. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      // Begun at once: what comes from here on is refused, not half taken.
      const spoolClosed = this.spool.close();
      this.#progress();
      await this.#reserve.stop();
      await spoolClosed;
      this.#progress();
    })();
    return this.#closing;
  }

  #progress(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.push(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

export function openIngest(options: IngestOptions): Promise<IngestOpening> {
  return Ingest.open(options);
}

function refuse(reason: Refusal['reason'], problem: string, retryAfterSeconds: number): Refusal {
  return { ok: false, reason, problem, retryAfterSeconds };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

function reserveSentence(freeBytes: number, minFreeBytes: number): string {
  return `KW_INGEST_DISK_RESERVE: the disk has only ${megabytes(freeBytes)} free, the reserve is ${megabytes(minFreeBytes)}; nothing is taken in until there is more. Free some space or lower the reserve.`;
}
