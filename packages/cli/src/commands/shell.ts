// Shell: everything a command takes from the world around it, handed in so that tests can be the world.
import type { Readable } from 'node:stream';
import type { Output } from '../output/index.ts';

export interface Shell {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** Aborts at Ctrl-C, SIGTERM, SIGHUP and when the reader of standard output has gone. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls the listener for each signal sent to this program; returns how to stop listening. */
  onSignal(listener: (name: NodeJS.Signals) => void): () => void;
}

/** One line on standard error. Standard output is for data only. */
export function tell(shell: Pick<Shell, 'stderr'>, sentence: string): void {
  shell.stderr.write(`${sentence}\n`);
}

/** No progress bars and no moving text where nobody watches. */
export function isWatched(shell: Shell): boolean {
  return shell.stderr.isTTY === true && !shell.env['CI'] && shell.env['TERM'] !== 'dumb';
}
