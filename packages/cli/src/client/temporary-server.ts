// TemporaryServer: the server program over an empty directory, for questions to files; gone without a trace when closed.
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpClient, openHttpClient } from './http-client.ts';
import { CliProblem, errorText } from './problem.ts';
import { findServerProgram, serverEnv, startServerProgram } from './server-program.ts';

export interface TemporaryServer {
  readonly client: HttpClient;
  close(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 20;
const STOP_WITHIN_MS = 3_000;
const STOP_NOW_WITHIN_MS = 5_000;
const KEPT_LOG_CHARACTERS = 16_384;
// Linux takes 107 bytes of socket path, macOS 103.
const MAX_SOCKET_PATH = 100;

// Should this program be killed outright, the channel to the server closes, and the server stops and removes the directory by itself.
// The arguments are taken away so that programs which the server forks do not run this too. Before the server listens to signals
// one would end it on the spot, without the removal; then it just exits.
const GUARD = `
import { rmSync } from 'node:fs';
process.execArgv.length = 0;
process.channel?.unref();
const leave = () => {
  process.once('exit', () => rmSync(process.env.TEMPORARY_SERVER_DIRECTORY, { recursive: true, force: true, maxRetries: 3 }));
  if (process.listenerCount('SIGTERM') === 0) process.exit(1);
  process.kill(process.pid, 'SIGTERM');
};
if (process.connected) process.once('disconnect', leave);
else leave();
`;

/** Resolves when the server answers. Whatever happens before or after, close() or a throw leaves no process and no directory. */
export async function openTemporaryServer(
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<TemporaryServer> {
  const program = findServerProgram(env);
  signal.throwIfAborted();
  const base = join(tmpdir(), 'kubewitness-XXXXXX', 'kw.sock').length > MAX_SOCKET_PATH ? '/tmp' : tmpdir();
  const directory = await makeDirectory(base);
  const socket = join(directory, 'kw.sock');
  const child = startServerProgram({
    program,
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(GUARD)}`],
    args: ['--data', join(directory, 'data'), '--listen', `unix:${socket}`],
    env: { ...serverEnv(env, false), TEMPORARY_SERVER_DIRECTORY: directory },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = keepLog(child);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, name) => resolve(code === null ? `ended by ${name}` : `exit code ${code}`));
  });
  const client = openHttpClient({
    endpoint: { kind: 'unix', text: 'the temporary server', path: socket },
    token: undefined,
    authority: undefined,
  });
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  // A second Ctrl-C ends this program without waiting; what it started still goes first.
  const atExit = (): void => {
    killGroup(child);
    remove();
  };
  process.once('exit', atExit);
  const close = async (): Promise<void> => {
    client.close();
    await stop(child, ended);
    remove();
    process.removeListener('exit', atExit);
  };
  try {
    await waitUntilReady(client, ended, log, signal);
  } catch (error) {
    await close();
    throw error;
  }
  return { client, close };
}

/** mkdtemp makes it 0700: the socket inside needs no token. */
async function makeDirectory(base: string): Promise<string> {
  try {
    return await mkdtemp(join(base, 'kubewitness-'));
  } catch (error) {
    throw new CliProblem(
      'KW_CLI_TEMPORARY_SERVER',
      `No temporary directory for --from can be made in ${base} (${errorText(error)}); let TMPDIR name one that can be written.`,
      error,
    );
  }
}

/** The last of what the program printed, for the sentence when it fails. Reading on also keeps its pipes from filling. */
function keepLog(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (part: string) => {
      text = (text + part).slice(-KEPT_LOG_CHARACTERS);
    });
  }
  return () => text.trim().split('\n').slice(-5).join('\n');
}

async function waitUntilReady(client: HttpClient, ended: Promise<string>, log: () => string, signal: AbortSignal) {
  let outcome: string | undefined;
  void ended.then((how) => {
    outcome = how;
  });
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (outcome !== undefined) {
      throw new CliProblem(
        'KW_CLI_TEMPORARY_SERVER',
        `The server for --from did not start (${outcome}). It said:\n${log()}`,
      );
    }
    try {
      const answer = await client.open({
        path: '/readyz',
        signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
      });
      for await (const _ of answer.chunks);
      return;
    } catch {
      // Not listening yet, or listening and not ready.
    }
    await sleep(ASK_EVERY_MS);
  }
  throw new CliProblem(
    'KW_CLI_TEMPORARY_SERVER',
    `The server for --from was not ready within 60 s. It said:\n${log()}`,
  );
}

/** Asks politely, asks again (which means "now"), then ends it. Its data are thrown away anyway. */
async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.pid === undefined) return;
  for (const [name, withinMs] of [
    ['SIGTERM', STOP_WITHIN_MS],
    ['SIGTERM', STOP_NOW_WITHIN_MS],
  ] as const) {
    child.kill(name);
    const timer = new AbortController();
    const how = await Promise.race([
      ended,
      sleep(withinMs, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    if (how !== undefined) return;
  }
  killGroup(child);
  await ended;
}

/** The server and what it started: it leads a process group of its own. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended between the look and the signal.
  }
}
