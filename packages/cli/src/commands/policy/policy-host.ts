// What the policy commands need of the process they run in: where answers and complaints go, and how the exit code is told.

export interface PolicyHost {
  /** Data, to standard output; resolves when more may follow. */
  readonly print: (text: string) => Promise<void>;
  /** Everything else, to standard error. */
  readonly complain: (text: string) => void;
  /** 1 for failed, refused or found; the process goes on to its end. */
  readonly setExitCode: (code: number) => void;
  readonly signal: AbortSignal;
}

export function processHost(): PolicyHost {
  const stop = new AbortController();
  let listening = false;
  return {
    // Signals are only listened to once a command runs: other commands of the program have listeners of their own.
    get signal() {
      if (!listening) for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(name));
      listening = true;
      return stop.signal;
    },
    print: (text) => printTo(process.stdout, text, stop.signal),
    complain: (text) => void process.stderr.write(text),
    setExitCode: (code) => {
      process.exitCode = code;
    },
  };
}

function printTo(output: NodeJS.WriteStream, text: string, signal: AbortSignal): Promise<void> {
  if (text === '' || output.write(text)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = () => {
      output.removeListener('drain', settle);
      output.removeListener('close', settle);
      signal.removeEventListener('abort', abort);
      resolve();
    };
    const abort = () => {
      settle();
      reject(signal.reason);
    };
    // A closed pipe resolves too: whoever reads has seen enough, and the program's own listener ends it.
    output.once('drain', settle);
    output.once('close', settle);
    signal.addEventListener('abort', abort, { once: true });
  });
}
