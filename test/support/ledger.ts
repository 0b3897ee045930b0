// Ledger: what was sent and what was acknowledged, and whether the store has exactly that. In: numbers and read-back lines. Out: a verdict.
import { type EventRun, lineOf } from './audit-events.ts';
import type { TestServer } from './test-server.ts';
import { waitUntil } from './wait-until.ts';

export interface Verdict {
  readonly stored: number;
  /** Acknowledged and not there. */
  readonly missing: readonly number[];
  readonly double: readonly number[];
  /** There with other bytes than those sent. */
  readonly changed: readonly number[];
  /** Lines that nobody sent. */
  readonly foreign: readonly string[];
}

const SENT = 1;
const ACKNOWLEDGED = 2;

export class Ledger {
  readonly run: EventRun;
  readonly #state: number[] = [];

  constructor(run: EventRun) {
    this.run = run;
  }

  /** Numbers for events that are about to be sent. */
  take(count: number): number[] {
    const first = this.#state.length;
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    for (const _ of numbers) this.#state.push(SENT);
    return numbers;
  }

  acknowledge(numbers: readonly number[]): void {
    for (const number of numbers) this.#state[number] = ACKNOWLEDGED;
  }

  isAcknowledged(number: number): boolean {
    return this.#state[number] === ACKNOWLEDGED;
  }

  get sent(): number {
    return this.#state.length;
  }

  get acknowledged(): number {
    return this.#state.reduce((sum, state) => sum + (state === ACKNOWLEDGED ? 1 : 0), 0);
  }

  /** `body`: lines as `view=line` answers them. */
  judge(body: Buffer): Verdict {
    const counts = new Uint8Array(this.#state.length);
    const changed: number[] = [];
    const foreign: string[] = [];
    const mark = Buffer.from(`"auditID":"${this.run.name}-`);
    let stored = 0;
    for (let start = 0; start < body.length; ) {
      const newline = body.indexOf(10, start);
      const end = newline < 0 ? body.length : newline;
      const found = body.indexOf(mark, start);
      const number =
        found < 0 || found > end
          ? Number.NaN
          : Number.parseInt(body.toString('latin1', found + mark.length, found + mark.length + 12), 10);
      if (!(number < counts.length)) foreign.push(body.toString('utf8', start, Math.min(end, start + 300)));
      else {
        if (body.compare(Buffer.from(lineOf(this.run, number)), 0, undefined, start, end) !== 0) changed.push(number);
        counts[number] = Math.min((counts[number] ?? 0) + 1, 255);
      }
      stored++;
      start = end + 1;
    }
    const missing: number[] = [];
    const double: number[] = [];
    for (const [number, state] of this.#state.entries()) {
      if (state === ACKNOWLEDGED && counts[number] === 0) missing.push(number);
      if ((counts[number] ?? 0) > 1) double.push(number);
    }
    return { stored, missing, double, changed, foreign };
  }
}

/** Asks again while the engine is being restarted, as the answer 503 says. */
export function readAllLines(server: TestServer, filter = ''): Promise<Buffer> {
  const path = `/api/v1/records?view=line&limit=0&all-stages=true${filter}`;
  return waitUntil('an answer with all lines', async () => {
    const { status, body } = await server.ask({ path, withinMs: 120_000 });
    if (status === 503) return undefined;
    if (status !== 200) throw new Error(`${path} answered ${status}: ${body.toString('utf8').slice(0, 500)}`);
    return body;
  });
}

/** Reads everything back until nothing acknowledged is missing, or time is up; then the verdict is what it is. */
export async function judgeStore(ledger: Ledger, server: TestServer, withinMs = 60_000): Promise<Verdict> {
  let verdict: Verdict | undefined;
  const isComplete = async () => {
    verdict = ledger.judge(await readAllLines(server));
    return verdict.missing.length === 0;
  };
  await waitUntil('all records', isComplete, { withinMs, everyMs: 300 }).catch((error: unknown) => {
    if (verdict === undefined) throw error;
  });
  if (verdict === undefined) throw new Error('nothing could be read back');
  return verdict;
}

/** Short enough to print, exact enough to look for. */
export function printVerdict({ stored, missing, double, changed, foreign }: Verdict): string {
  const some = (numbers: readonly number[]) =>
    `${numbers.length}${numbers.length === 0 ? '' : ` (${numbers.slice(0, 10).join(', ')}…)`}`;
  return `stored ${stored}, missing ${some(missing)}, double ${some(double)}, changed ${some(changed)}, foreign ${foreign.length}${foreign.length === 0 ? '' : ` (${foreign[0]})`}`;
}
