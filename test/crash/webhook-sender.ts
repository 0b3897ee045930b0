// An API server's webhook backend: batches one after the other, the same again until it is acknowledged, or given up. Ledger in and out.
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../support/ask.ts';
import { batchOf } from '../support/audit-events.ts';
import type { Ledger } from '../support/ledger.ts';
import type { Random } from '../support/seeded.ts';

const MOST_ITEMS = 40;
const RETRY_MS = 25;
/** Between two batches: enough load to be in the middle of something always, not so much that only the load is tested. */
const PAUSE_MS = 20;
/** Some batches are not sent again: the backend's buffer was full. What happened to them is open, so nothing is required of them. */
const GIVES_UP = 0.04;

export interface SenderCounts {
  sent: number;
  retried: number;
  givenUp: number;
  refused: number;
}

export async function sendBatches(
  at: string,
  ledger: Ledger,
  random: Random,
  signal: AbortSignal,
): Promise<SenderCounts> {
  const counts: SenderCounts = { sent: 0, retried: 0, givenUp: 0, refused: 0 };
  while (!signal.aborted) {
    const numbers = ledger.take(random.whole(1, MOST_ITEMS));
    const body = batchOf(ledger.run, numbers);
    for (;;) {
      counts.sent++;
      const status = await ask(at, { method: 'POST', path: '/webhook/v1/crash', body, withinMs: 10_000 }).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) {
        ledger.acknowledge(numbers);
        break;
      }
      if (status >= 400 && status !== 429 && status !== 503) throw new Error(`the webhook answered ${status}`);
      if (status !== 0) counts.refused++;
      if (signal.aborted) return counts;
      if (random.chance(GIVES_UP)) {
        counts.givenUp++;
        break;
      }
      counts.retried++;
      await sleep(RETRY_MS);
    }
    await sleep(PAUSE_MS);
  }
  return counts;
}
