// Where one page of entries ends and the next begins stands a moment that both hold. Pages in, each entry once out.
import type { LogEntry } from './loki-answer.ts';

/** Equal entries are told apart by their number only: a query may make different lines alike. */
export class Seam {
  #timeNanos: bigint | undefined;
  #seen = new Map<string, number>();

  /** The moment at which the next page begins, which is the one at which the last ended. */
  get timeNanos(): bigint | undefined {
    return this.#timeNanos;
  }

  /** Entries of that moment that were given already. */
  get count(): number {
    let count = 0;
    for (const times of this.#seen.values()) count += times;
    return count;
  }

  /** What of the page is new; in the order of the page, whose last entry is the next seam. */
  take(page: readonly LogEntry[]): readonly LogEntry[] {
    const known = new Map(this.#seen);
    const fresh = page.filter((entry) => entry.timeNanos !== this.#timeNanos || !takeOne(known, printKey(entry)));
    const last = page.at(-1);
    if (last === undefined) return fresh;
    if (last.timeNanos !== this.#timeNanos) this.#seen = new Map();
    this.#timeNanos = last.timeNanos;
    for (const entry of fresh) {
      if (entry.timeNanos !== last.timeNanos) continue;
      const key = printKey(entry);
      this.#seen.set(key, (this.#seen.get(key) ?? 0) + 1);
    }
    return fresh;
  }
}

function printKey({ labels, line }: LogEntry): string {
  return JSON.stringify([Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)), line]);
}

function takeOne(known: Map<string, number>, key: string): boolean {
  const times = known.get(key) ?? 0;
  known.set(key, times - 1);
  return times > 0;
}
