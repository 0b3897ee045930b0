// What the policy commands need of the process they run in: where answers and complaints go, and how the exit code is told.
import { openSink } from '../../output/index.ts';
import type { Shell } from '../shell.ts';

export interface PolicyHost {
  /** Data, to standard output; resolves when more may follow. */
  readonly print: (text: string) => Promise<void>;
  /** Everything else, to standard error. */
  readonly complain: (text: string) => void;
  /** 1 for failed, refused or found; the process goes on to its end. */
  readonly setExitCode: (code: number) => void;
  readonly signal: AbortSignal;
  /** For commands that ask a server. */
  readonly shell: Shell;
}

export function shellHost(shell: Shell): PolicyHost {
  const sink = openSink(shell.stdout, shell.signal);
  return {
    print: (text) => sink.write(text),
    complain: (text) => void shell.stderr.write(text),
    setExitCode: (code) => {
      process.exitCode = code;
    },
    signal: shell.signal,
    shell,
  };
}
