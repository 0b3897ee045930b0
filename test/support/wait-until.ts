// Waiting with a bound: a question asked again and again until its answer is yes. Throws with a sentence when time is up.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
  /** Added to the sentence when time is up. */
  readonly explain?: () => string;
}

export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMs = 30_000, everyMs = 20, explain }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline)
      throw new Error(`waited ${withinMs} ms for ${what}${explain === undefined ? '' : `\n${explain()}`}`);
    await sleep(everyMs);
  }
}
