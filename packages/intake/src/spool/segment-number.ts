// SegmentNumbers: numbers that are never used twice, also across restarts. In: the spool's directory. Out: the next number.
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from './segment-file.ts';

const FILE_NAME = 'next-number';
const DIGITS = 16;

/**
 * While a segment's file exists its name proves that the number is taken. So the counter has to be durable
 * only before the file goes away, which keeps this fsync off the road of acknowledgements.
 */
export class SegmentNumbers {
  readonly #handle: FileHandle;
  #next: number;
  #durable: number;

  private constructor(handle: FileHandle, next: number, durable: number) {
    this.#handle = handle;
    this.#next = next;
    this.#durable = durable;
  }

  static async open(directory: string, highestSeen: number): Promise<SegmentNumbers> {
    const path = join(directory, FILE_NAME);
    const handle = await open(path, 'a+', 0o600);
    await handle.close();
    const file = await open(path, 'r+');
    const text = (await file.readFile()).toString('latin1').trim();
    const stored = /^\d+$/.test(text) ? Number(text) : 1;
    await syncDirectory(directory);
    return new SegmentNumbers(file, Math.max(stored, highestSeen + 1), stored);
  }

  /** The one that is taken next. */
  get next(): number {
    return this.#next;
  }

  take(): number {
    return this.#next++;
  }

  /** After this the file of segment `number` may go. */
  async keep(number: number): Promise<void> {
    if (this.#durable > number) return;
    const next = this.#next;
    // Fixed width in one sector: the write is whole or not there.
    await this.#handle.write(`${String(next).padStart(DIGITS, '0')}\n`, 0, 'latin1');
    await this.#handle.datasync();
    this.#durable = next;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
