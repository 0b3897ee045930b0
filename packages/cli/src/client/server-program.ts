// The installed server program: found at run time, never a dependency, so that the command line stays small.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CliProblem } from './problem.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Path of the server's main file. KUBEWITNESS_SERVER_PROGRAM names another one, for installations that lie elsewhere. */
export function findServerProgram(env: Env): string {
  const named = env['KUBEWITNESS_SERVER_PROGRAM'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new CliProblem(
      'KW_CLI_NOT_INSTALLED',
      `KUBEWITNESS_SERVER_PROGRAM names ${named}, which does not exist; correct it or unset it.`,
    );
  }
  const folders = createRequire(import.meta.url).resolve.paths('@kubewitness/server') ?? [];
  const homes = folders.map((folder) => join(folder, '@kubewitness', 'server'));
  const found = homes.map((home) => join(home, 'dist', 'main.js')).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const unbuilt = homes.find((home) => existsSync(join(home, 'package.json')));
  throw new CliProblem(
    'KW_CLI_NOT_INSTALLED',
    unbuilt === undefined
      ? 'The server is not installed beside this command. Install @kubewitness/server, or name a running server with --server URL.'
      : 'The server is installed but not built. Run `npm run build` first.',
  );
}

/** What the command line reads for itself; the server would take them for settings of its own. */
const OWN_VARIABLES = ['SERVER', 'TOKEN', 'TOKEN_FILE', 'CA_FILE', 'SERVER_PROGRAM'].map(
  (name) => `KUBEWITNESS_${name}`,
);

export function serverEnv(env: Env, keepSettings: boolean): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || OWN_VARIABLES.includes(name)) continue;
    if (!keepSettings && name.startsWith('KUBEWITNESS_')) continue;
    kept[name] = value;
  }
  return kept;
}

/**
 * Bytes pass through the server in 64 KiB pieces that die young. Their memory lies outside of the heap: V8 sweeps the young
 * generation when they fill it twice, and collects everything when they reach 64 MiB. So it has to be smaller than half of that, and
 * it must not start smaller. And as long as the old generation may be no larger than what is in it, the same pieces begin a whole
 * collection for each 30 MB: an import then spent 4.6 instead of 2.6 CPU seconds for 1.1 GB.
 */
export const HEAP = ['--min-semi-space-size=4', '--max-semi-space-size=4', '--initial-old-space-size=128'];

export interface ServerStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly nodeArgs?: readonly string[];
  readonly stdio: ['inherit', 'inherit', 'inherit', 'ipc'] | ['ignore', 'pipe', 'pipe', 'ipc'];
}

/**
 * Starts the server in a process group of its own: Ctrl-C then reaches this program only, which passes it on once. Reached
 * directly as well, the server would take the second signal for "stop at once".
 */
export function startServerProgram(start: ServerStart): ChildProcess {
  return spawn(process.execPath, [...HEAP, ...(start.nodeArgs ?? []), start.program, ...start.args], {
    env: start.env,
    stdio: start.stdio,
    detached: true,
  });
}
