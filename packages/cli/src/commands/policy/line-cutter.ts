// Chunks of bytes in, whole lines out as byte ranges: no line becomes a string unless its reader wants one.
import { PolicyCommandProblem } from './policy-problem.ts';

export type LineReader = (bytes: Uint8Array, start: number, end: number) => void;

/** A line this long is no audit record: API servers stop at about 10 MB. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

export class LineCutter {
  readonly #read: LineReader;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;

  constructor(read: LineReader) {
    this.#read = read;
  }

  add(chunk: Uint8Array): void {
    let start = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, start)) {
      if (this.#keptBytes > 0) this.#finishKept(chunk.subarray(start, at));
      else this.#emit(chunk, start, at);
      start = at + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** The last line, when it has no line feed. */
  end(): void {
    if (this.#keptBytes > 0) this.#finishKept(new Uint8Array(0));
  }

  #keep(rest: Uint8Array): void {
    this.#keptBytes += rest.length;
    if (this.#keptBytes > MAX_LINE_BYTES) {
      throw new PolicyCommandProblem(
        'KW_POLICY_RECORDS',
        `a line is longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB, so this is no log of audit records; check the file.`,
      );
    }
    this.#kept.push(rest);
  }

  #finishKept(rest: Uint8Array): void {
    const line = Buffer.concat([...this.#kept, rest]);
    this.#kept = [];
    this.#keptBytes = 0;
    this.#emit(line, 0, line.length);
  }

  #emit(bytes: Uint8Array, start: number, end: number): void {
    const last = end > start && bytes[end - 1] === 13 ? end - 1 : end;
    if (last > start) this.#read(bytes, start, last);
  }
}
