// A disk that lost its last writes: the newest open segment is cut or gets garbage behind it, never before what was acknowledged.
import { appendFileSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf } from '../support/audit-events.ts';
import type { Ledger } from '../support/ledger.ts';
import type { Random } from '../support/seeded.ts';

export type Tear = 'nothing to tear' | 'cut' | 'garbage' | 'part of a row';

/** Only while no server runs. */
export function tearSpool(data: string, ledger: Ledger, random: Random): Tear {
  const folder = join(data, 'spool');
  const name = readdirSync(folder)
    .filter((each) => each.endsWith('.open'))
    .sort()
    .at(-1);
  if (name === undefined) return 'nothing to tear';
  const path = join(folder, name);
  const bytes = readFileSync(path);
  const safe = acknowledgedEnd(bytes, ledger);
  const kind = random.pick(['cut', 'garbage', 'part of a row'] as const);
  if (kind === 'cut') {
    if (safe === bytes.length) return 'nothing to tear';
    truncateSync(path, random.whole(safe, bytes.length - 1));
  } else if (kind === 'garbage') {
    appendFileSync(path, Buffer.from(Array.from({ length: random.whole(1, 400) }, () => random.whole(0, 255))));
  } else {
    // A row that lost its end, as a write that was under way leaves it.
    const from = Math.min(bytes.length, 400);
    appendFileSync(path, bytes.subarray(0, random.whole(0, from)));
  }
  return kind;
}

/** Where the last acknowledged line ends: nothing before it may be touched, the server said it is safe. */
function acknowledgedEnd(bytes: Buffer, ledger: Ledger): number {
  const mark = Buffer.from(`"auditID":"${ledger.run.name}-`);
  for (let at = bytes.lastIndexOf(mark); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(mark, at - 1)) {
    const number = Number.parseInt(bytes.toString('latin1', at + mark.length, at + mark.length + 12), 10);
    if (!ledger.isAcknowledged(number)) continue;
    const line = Buffer.from(lineOf(ledger.run, number));
    const start = bytes.indexOf(line, Math.max(0, at - line.length));
    if (start >= 0 && start < at) return start + line.length;
  }
  return 0;
}
