// The program of the command line: the process's streams and signals -> a Shell -> one command -> the exit code.
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { exitCodeOf, loadExtensions, runProgram, type Shell } from './commands/index.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const stop = new AbortController();
const listeners = new Set<(name: NodeJS.Signals) => void>();

for (const name of SIGNALS) {
  process.on(name, () => {
    // The second time nothing is waited for; what was started is ended by its own exit listener.
    if (stop.signal.aborted && listeners.size === 0) process.exit(exitCodeOf(name));
    stop.abort(name);
    for (const listener of listeners) listener(name);
  });
}
// `| head` closes the pipe when it has seen enough: end quietly. Any other failure to write is told.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    process.stderr.write(`KW_CLI_OUTPUT: Cannot write the output (${error.message}); is the disk full?\n`);
    process.exitCode = 1;
  }
  stop.abort(error.code === 'EPIPE' ? 'EPIPE' : 'SIGTERM');
});
process.stderr.on('error', () => undefined);

const shell: Shell = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  homeDirectory: homedir(),
  signal: stop.signal,
  now: Date.now,
  onSignal(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

const invokedAs = basename(process.argv[1] ?? '', '.mjs');
const name = /^(kubectl|oc)-/.test(invokedAs) ? invokedAs.replace('-', ' ') : 'kubewitness';
const argv = process.argv.slice(2);

/** What a slow reader's pipe has not taken yet would be lost with the process. A signal or a closed pipe ends the wait. */
function flush(output: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stop.signal.aborted || output.writableLength === 0) resolve();
    stop.signal.addEventListener('abort', () => resolve(), { once: true });
    output.write('', () => resolve());
  });
}

const code = await runProgram(name, argv, shell, await loadExtensions(argv, shell));
await Promise.all([flush(process.stdout), flush(process.stderr)]);
process.exit(code === 0 ? process.exitCode : code);
