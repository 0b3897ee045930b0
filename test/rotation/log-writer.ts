// LogWriter: one log that grows until it is stopped, half lines included, and stands still while it is rotated. Numbers in, lines on disk out.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lineOf } from '../support/audit-events.ts';
import type { Ledger } from '../support/ledger.ts';
import type { Random } from '../support/seeded.ts';
import { LIVE, rotate, type Way } from './rotate.ts';

const MOST_LINES = 8;
const PAUSE_MS = 10;

export class LogWriter {
  readonly way: Way;
  readonly folder: string;
  /** First number in the file that is live now. */
  firstNumber = -1;
  /** Last number that was written, here or into the files before. */
  lastNumber = -1;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #later: Promise<void>[] = [];
  #half = '';
  #stopped = false;
  readonly #writing: Promise<void>;

  constructor(folder: string, way: Way, ledger: Ledger, random: Random) {
    this.folder = folder;
    this.way = way;
    this.#ledger = ledger;
    this.#random = random;
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(this.path, '', { mode: 0o600 });
    this.#writing = this.#write();
  }

  get path(): string {
    return join(this.folder, LIVE);
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      this.#append(this.#random.whole(1, MOST_LINES), this.#random.chance(0.2));
      await sleep(PAUSE_MS);
    }
    this.#append(1, false);
  }

  /** `half`: the last line only in part; the rest comes with the next lines. */
  #append(count: number, half: boolean): void {
    const numbers = this.#ledger.take(count);
    this.#ledger.acknowledge(numbers);
    this.lastNumber = numbers.at(-1) ?? this.lastNumber;
    if (this.firstNumber < 0) this.firstNumber = numbers[0] ?? -1;
    const text = this.#half + numbers.map((number) => `${lineOf(this.#ledger.run, number)}\n`).join('');
    const end = half ? text.length - this.#random.whole(1, 300) : text.length;
    appendFileSync(this.path, text.slice(0, end));
    this.#half = text.slice(end);
  }

  /** Between two lines, as all of them rotate; a burst right before makes sure that something is unread. Returns the last number in the file. */
  rotate(): number {
    this.#append(this.#random.whole(1, 40), false);
    this.#later.push(rotate(this.folder, this.way, this.#random));
    this.firstNumber = -1;
    return this.lastNumber;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
    await Promise.all(this.#later);
  }
}
