// DiskReserve: watches the free space of the spool's disk. In: a directory and a reserve. Out: whether intake must stop.
import { statfs } from 'node:fs/promises';
import type { Clock } from '../spool/index.ts';

export interface DiskReserveOptions {
  readonly directory: string;
  readonly minFreeBytes: number;
  readonly intervalMillis: number;
  readonly clock: Clock;
  readonly onChange: (low: boolean, freeBytes: number) => void;
}

export class DiskReserve {
  readonly #options: DiskReserveOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #low = false;
  #freeBytes = Number.POSITIVE_INFINITY;

  constructor(options: DiskReserveOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  get low(): boolean {
    return this.#low;
  }

  get freeBytes(): number {
    return this.#freeBytes;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { directory, minFreeBytes, intervalMillis, clock, onChange } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        const { bavail, bsize } = await statfs(directory);
        this.#freeBytes = bavail * bsize;
        const low = this.#freeBytes < minFreeBytes;
        if (low !== this.#low) {
          this.#low = low;
          onChange(low, this.#freeBytes);
        }
      } catch {
        // A disk that cannot even be asked shows itself at the next write, with its code.
      }
      await clock.pause(intervalMillis, this.#stop.signal);
    }
  }
}
