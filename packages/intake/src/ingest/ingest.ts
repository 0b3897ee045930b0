// Ingest: the one way into the spool. In: lines of any source. Out: durable rows, or a refusal that says when to come back.
import type { SegmentSource } from '@kubewitness/core/event';
import { type Clock, type Log, type SegmentDisk, Spool, type SpoolLimits } from '../spool/index.ts';
import { DiskReserve } from './disk-reserve.ts';
import { FRAME_LIMITS, type FrameLimits } from './framer.ts';
import { type SourceLines, sourceLines } from './source-lines.ts';

export interface IngestLimits extends SpoolLimits, FrameLimits {
  /** Live senders are refused and bulk readers wait while the spool is bigger. @default 2 GiB */
  readonly maxSpoolBytes: number;
  /** The same while the disk has less free. @default 1 GiB */
  readonly minFreeBytes: number;
  /** The same while more rows are in memory, not yet on the disk. @default 16 MiB */
  readonly maxRetainedBytes: number;
  /** Between two looks at the free space. @default 1000 */
  readonly diskCheckMillis: number;
}

export const INGEST_LIMITS: Omit<IngestLimits, keyof SpoolLimits> = {
  ...FRAME_LIMITS,
  maxSpoolBytes: 2 * 1024 ** 3,
  minFreeBytes: 1024 ** 3,
  maxRetainedBytes: 16 * 1024 ** 2,
  diskCheckMillis: 1000,
};

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
  /** For the store: `next`, `remove`, `setAside`, and the figures. */
  readonly spool: Spool;
  readonly frameLimits: FrameLimits;
  readonly #clock: Clock;
  readonly #limits: Omit<IngestLimits, keyof SpoolLimits>;
  readonly #reserve: DiskReserve;
  #waiting: (() => void)[] = [];
  #closing: Promise<void> | undefined;

  private constructor(spool: Spool, options: IngestOptions, limits: Omit<IngestLimits, keyof SpoolLimits>) {
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

  /** Bulk readers wait here before each chunk. False when the signal aborted or the intake closes. */
  async ready(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted && this.#closing === undefined) {
      if (this.admit().ok) return true;
      // What fills the memory may be one big row that no full block pushes to the disk.
      const change = this.#change(signal);
      void this.spool.sync(true);
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
    this.spool.append(source, this.#clock.nowMicros(), position, problem, bytes, start, end);
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
      this.#progress();
      await this.#reserve.stop();
      await this.spool.close();
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
