// Clock and Log: what the intake needs from outside. In: nothing. Out: the time, a pause, a place for sentences.

export interface Clock {
  /** Microseconds since 1970. */
  nowMicros(): number;
  /** Resolves after the pause or when the signal aborts, whichever comes first; never rejects. */
  pause(millis: number, signal: AbortSignal): Promise<void>;
}

/** The shape of a pino logger: details first, then one sentence. */
export interface Log {
  info(details: object, sentence: string): void;
  warn(details: object, sentence: string): void;
  error(details: object, sentence: string): void;
}

export const systemClock: Clock = {
  nowMicros: () => Date.now() * 1000,
  pause: (millis, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, millis);
      signal.addEventListener('abort', done);
    }),
};
