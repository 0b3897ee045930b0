// MergePause: merges wait while big batches come one after another, and are finished after the last. In: batches as they are stored. Out: SYSTEM STOP and START MERGES.
import type { Database } from './sql/database.ts';
import { tidyParts } from './tidy-parts.ts';

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
      void this.#stop(false).then(() => this.#tidy());
    }, this.#options.idleMillis);
    this.#timer.unref();
  }

  /** The engine forgets by itself that merges were stopped. */
  close(): void {
    clearTimeout(this.#timer);
    this.#tidying?.abort();
  }

  /** Parts that stay small are slower to read and nothing worse, so that a failure is no matter. */
  async #tidy(): Promise<void> {
    this.#tidying = new AbortController();
    await tidyParts(this.#options.database, this.#tidying.signal).catch(() => undefined);
  }

  #stop(wanted: boolean): Promise<void> {
    if (wanted === this.#stopped) return this.#last;
    this.#stopped = wanted;
    // An engine that is away merges nothing, and begins again with merges on.
    const ask = () => this.#options.database.command(`SYSTEM ${wanted ? 'STOP' : 'START'} MERGES records`);
    this.#last = this.#last.then(ask).catch(() => undefined);
    return this.#last;
  }
}
