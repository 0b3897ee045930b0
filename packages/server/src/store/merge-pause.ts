// MergePause: merges wait while big batches come one after another, and are finished after the last. In: batches as they are stored. Out: the statements that stop, do and start them.
import type { Database } from './sql/database.ts';
import { tidyParts } from './tidy-parts.ts';

const SETTING = 'max_bytes_to_merge_at_max_space_in_pool';
/** Stops what the engine begins by itself, not what it is asked for, as SYSTEM STOP MERGES would. */
const STOP_MERGES = `ALTER TABLE records MODIFY SETTING ${SETTING} = 1`;
/** Also once the store is open: the engine remembers it through a crash. */
export const START_MERGES = `ALTER TABLE records RESET SETTING ${SETTING}`;

export interface MergePauseOptions {
  readonly database: Pick<Database, 'command' | 'rows'>;
  /** A batch smaller than this is live traffic, whose small parts are merged at once. @default 16 MiB */
  readonly bigBytes?: number;
  /** Merges begin so long after the last big batch. @default 2000 */
  readonly idleMillis?: number;
  /** From so many big batches in a row on merges run beside them, so that parts stay few. @default 60 */
  readonly maxBatches?: number;
}

/** Merging is a third of the work of an import and helps nobody before its end (docs/design/0004-merges.md). */
export class MergePause {
  readonly #options: Required<MergePauseOptions>;
  #batches = 0;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #tidying: AbortController | undefined;
  /** One statement at a time, in the order asked. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: MergePauseOptions) {
    this.#options = { bigBytes: 16 * 1024 * 1024, idleMillis: 2_000, maxBatches: 60, ...options };
  }

  /** Before these are stored. */
  async batch(segments: readonly { readonly bytes: number }[]): Promise<void> {
    const { bigBytes, maxBatches } = this.#options;
    const big = segments.filter(({ bytes }) => bytes >= bigBytes).length;
    if (big === 0) return;
    this.close();
    this.#timer = undefined;
    this.#batches += big;
    await this.#stop(this.#batches <= maxBatches);
  }

  /** After a batch is stored, or was given up. */
  done(): void {
    if (this.#batches === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#batches = 0;
      void this.#finish();
    }, this.#options.idleMillis);
    this.#timer.unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#tidying?.abort();
  }

  /** Parts that stay small are slower to read and nothing worse, so that a failure is no matter. */
  async #finish(): Promise<void> {
    const tidying = new AbortController();
    this.#tidying = tidying;
    await tidyParts(this.#options.database, tidying.signal).catch(() => undefined);
    // Another import has begun: it is still stopped, and stays so.
    if (!tidying.signal.aborted) await this.#stop(false);
  }

  #stop(wanted: boolean): Promise<void> {
    if (wanted === this.#stopped) return this.#last;
    this.#stopped = wanted;
    // An engine that is away merges nothing, and begins again with merges on.
    const ask = () => this.#options.database.command(wanted ? STOP_MERGES : START_MERGES);
    this.#last = this.#last.then(ask).catch(() => undefined);
    return this.#last;
  }
}
