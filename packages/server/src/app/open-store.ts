// Opens the store of an engine that is ready. In: both. Out: an open store, or the problem that keeps the server from starting.
import type { Log } from '../observe/index.ts';
import { StartProblem } from '../start-problem.ts';
import { isAway, NewerSchemaError, type Store } from '../store/index.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface StoreOpening {
  readonly store: Pick<Store, 'open'>;
  readonly log: Pick<Log, 'warn'>;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * An engine that dies meanwhile is started again by its supervisor, and what was begun is begun anew: the intake goes on, as it does whenever the
 * engine is away. Resolves early when the signal aborts.
 */
export async function openStore({ store, log, pause }: StoreOpening, signal: AbortSignal): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      return await store.open(signal);
    } catch (error) {
      if (error instanceof NewerSchemaError) throw new StartProblem(error.code, error.message, error);
      if (!isAway(error)) throw error;
      log.warn({ err: error }, 'The engine ended while the store was opened; it is tried again.');
    }
    await pause(pauseMs, signal);
  }
}
