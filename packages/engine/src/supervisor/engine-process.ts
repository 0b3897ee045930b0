// One run of the engine program: arguments in; its word that it is ready or why not, its log lines and its end out.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type EngineProblem, isEngineProblem } from './engine-problem.ts';

export interface EngineProcessSettings {
  readonly dataDir: string;
  readonly socketPath: string;
  readonly readers: number;
  readonly maxMemoryBytes: number;
  /** Each line the program or the native library prints. */
  readonly onLine: (line: string) => void;
}

export type FirstWord =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly problem: EngineProblem };

export interface EngineProcess {
  readonly pid: number | undefined;
  /** What the program says first: it never stays unsettled, because the program's end settles it too. */
  readonly firstWord: Promise<FirstWord>;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Asks it to end; what it is doing is cut off in time for the deadline. */
  stop(withinMs: number): void;
  kill(): void;
}

/** Each arena of the allocator keeps freed memory of its own: with one for all threads the peak is a tenth lower at the same speed. */
const ONE_ARENA = 'narenas:1';
/** Each reader and the three other sessions hold a thread of the pool while they run; the rest is for files and gzip. */
const SPARE_THREADS = 6;

export function startEngineProcess(settings: EngineProcessSettings): EngineProcess {
  const { dataDir, socketPath, readers, maxMemoryBytes } = settings;
  const args = ['--path', dataDir, '--socket', socketPath, '--readers', String(readers)];
  args.push('--max-memory', String(maxMemoryBytes));
  const child = spawn(process.execPath, [...findProgram(), ...args], {
    // The channel is how the program notices that its parent is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { MALLOC_CONF: ONE_ARENA, ...process.env, UV_THREADPOOL_SIZE: String(readers + 3 + SPARE_THREADS) },
  });
  for (const stream of [child.stdout, child.stderr]) readLines(stream, settings.onLine);
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  return {
    pid: child.pid,
    firstWord: hearFirstWord(child, exited),
    exited,
    stop: (withinMs) => {
      // Before it listens to messages, and when the channel is gone, the signal does it.
      child.send({ stopWithinMs: withinMs }, () => {});
      child.kill('SIGTERM');
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

/** Built, the program lies beside this room; run from source it needs tsx, as everything that runs from source. */
function findProgram(): string[] {
  if (import.meta.url.endsWith('.ts')) {
    const tsx = import.meta.resolve('tsx');
    return ['--import', tsx, fileURLToPath(new URL('../main.ts', import.meta.url))];
  }
  return [fileURLToPath(new URL('../main.js', import.meta.url))];
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream === null) return;
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    if (line.trim() !== '') onLine(line);
  });
}

async function hearFirstWord(child: ChildProcess, exited: EngineProcess['exited']): Promise<FirstWord> {
  const said = new Promise<FirstWord>((resolve) => {
    child.on('message', (message) => {
      if (typeof message !== 'object' || message === null) return;
      if ('version' in message && typeof message.version === 'string') resolve({ ok: true, version: message.version });
      if ('problem' in message && isEngineProblem(message.problem)) resolve({ ok: false, problem: message.problem });
    });
    child.once('error', (error) => resolve({ ok: false, problem: startProblem(error.message) }));
  });
  const ended = exited.then(({ code, signal }): FirstWord => {
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    return { ok: false, problem: startProblem(`it ended ${how} before it was ready`) };
  });
  return Promise.race([said, ended]);
}

function startProblem(reason: string): EngineProblem {
  const message = `the engine program could not be started: ${reason}; the log lines before this one tell more.`;
  return { code: 'KW_ENGINE_START', message };
}
