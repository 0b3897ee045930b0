// What lands from now on: the store's landings -> batch numbers, as they come or as a sign of life, until the signal aborts.
import type { Landings } from './run-tail.ts';

/** Without news a follower hears that it is still being served. */
const BEAT_MILLIS = 10_000;

export interface Landed {
  /** Of the newest batch that was told before. */
  readonly seen: number;
  /** Of the newest batch now; the same number for a sign of life. */
  readonly newest: number;
}

/** `beginning`: the newest batch of the past. */
export async function* followLandings(
  landings: Landings,
  beginning: number,
  signal: AbortSignal,
): AsyncGenerator<Landed, void, void> {
  let seen = beginning;
  while (!signal.aborted) {
    await landings.wait(seen, BEAT_MILLIS, signal);
    if (signal.aborted) return;
    // A server that has just started was told of fewer than its store holds.
    const newest = Math.max(seen, landings.newest());
    yield { seen, newest };
    seen = newest;
  }
}
