// A log that grows and rotates as kube-apiserver's does: rename to a name with the time, then a new file. Numbers in, lines on disk out.
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lineOf } from '../support/audit-events.ts';
import type { Ledger } from '../support/ledger.ts';
import type { Random } from '../support/seeded.ts';

const PAUSE_MS = 8;
const MOST_LINES = 12;
const LINES_PER_FILE = 1200;

/** One line in so many writes is no event: it has to be in quarantine, once. */
const BROKEN = 0.05;

/** Writes until the signal aborts. Every line that is in a file has to come out once. Returns the broken lines. */
export async function writeRotatingLog(
  path: string,
  ledger: Ledger,
  random: Random,
  signal: AbortSignal,
): Promise<string[]> {
  const broken: string[] = [];
  let inFile = 0;
  writeFileSync(path, '', { mode: 0o600 });
  while (!signal.aborted) {
    const numbers = ledger.take(random.whole(1, MOST_LINES));
    appendFileSync(path, numbers.map((number) => `${lineOf(ledger.run, number)}\n`).join(''));
    ledger.acknowledge(numbers);
    if (random.chance(BROKEN)) {
      const line = `{"kind":"Event","auditID":"broken-${broken.length}`;
      broken.push(line);
      appendFileSync(path, `${line}\n`);
    }
    inFile += numbers.length;
    if (inFile > LINES_PER_FILE) {
      const stamp = new Date().toISOString().replaceAll(':', '-').replace('Z', '');
      renameSync(path, join(dirname(path), `audit-${stamp}.log`));
      writeFileSync(path, '', { mode: 0o600 });
      inFile = 0;
    }
    await sleep(PAUSE_MS);
  }
  return broken;
}
