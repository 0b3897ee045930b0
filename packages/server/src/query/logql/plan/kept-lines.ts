// Lines of rows that were named: those of the last questions, by the row they are of, within a bound. A granule is unpacked as a whole for one of them.

/** Characters of all lines. */
const MAX_CHARS = 4 * 2 ** 20;
/** A longer line would push out many others. */
const MAX_LINE_CHARS = 2 ** 17;

export class KeptLines {
  /** The one that was asked for longest ago first. */
  readonly #lines = new Map<string, string>();
  #chars = 0;

  has(row: string): boolean {
    return this.#lines.has(row);
  }

  get(row: string): string | undefined {
    const line = this.#lines.get(row);
    if (line === undefined) return undefined;
    this.#lines.delete(row);
    this.#lines.set(row, line);
    return line;
  }

  add(row: string, line: string): void {
    if (line.length > MAX_LINE_CHARS || this.#lines.has(row)) return;
    this.#lines.set(row, line);
    this.#chars += line.length;
    for (const [oldest, { length }] of this.#lines) {
      if (this.#chars <= MAX_CHARS) return;
      this.#lines.delete(oldest);
      this.#chars -= length;
    }
  }
}
