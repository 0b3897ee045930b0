// Sessions of one kind and the queue before them: whoever asks gets one that is free, in the order of asking.
import type { Session } from './session.ts';

interface Waiting {
  readonly give: (session: Session | undefined) => void;
  readonly signal: AbortSignal;
}

export class SessionLane {
  readonly sessions: readonly Session[];
  readonly #free: Session[];
  readonly #waiting: Waiting[] = [];
  readonly #maxWaiting: number;

  constructor(sessions: readonly Session[], maxWaiting: number) {
    this.sessions = sessions;
    this.#free = [...sessions];
    this.#maxWaiting = maxWaiting;
  }

  get isFull(): boolean {
    return this.#free.length === 0 && this.#waiting.length >= this.#maxWaiting;
  }

  /** Undefined when the asker gave up before its turn. */
  take(signal: AbortSignal): Promise<Session | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const free = this.#free.pop();
    if (free !== undefined) return Promise.resolve(free);
    return new Promise((resolve) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(undefined);
      };
      const give = (session: Session | undefined): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(session);
      };
      const waiting: Waiting = { give, signal };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  giveBack(session: Session): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(session);
    else next.give(session);
  }

  get isIdle(): boolean {
    return this.#free.length === this.sessions.length;
  }
}
