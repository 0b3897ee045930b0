// `serve` and `demo`: start the installed server program, pass arguments, signals and its exit code on.
import { findServerProgram, serverEnv, startServerProgram } from '../client/index.ts';
import type { Shell } from './shell.ts';

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs in the server: when this program is killed outright, the server stops in order instead of holding port and data without
 * an owner. It takes itself out of the arguments, which programs that the server forks would get too.
 */
const GUARD = `
process.execArgv.splice(process.execArgv.indexOf('--import'), 2);
process.channel?.unref();
const leave = () => process.kill(process.pid, 'SIGTERM');
if (process.connected) process.once('disconnect', leave);
else leave();
`;

export async function serve(shell: Shell, args: readonly string[]): Promise<number> {
  const child = startServerProgram({
    program: findServerProgram(shell.env),
    args,
    env: serverEnv(shell.env, true),
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(GUARD)}`],
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const stopListening = shell.onSignal((name) => child.kill(name));
  // Should this program have to go at once, the server is not left behind without its owner.
  const atExit = (): void => void child.kill('SIGTERM');
  process.once('exit', atExit);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, name) => resolve(code ?? 128 + (SIGNAL_NUMBERS[name ?? ''] ?? 0)));
    });
  } finally {
    process.removeListener('exit', atExit);
    stopListening();
  }
}
