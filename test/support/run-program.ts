// A program run to its end, bounded in time. In: command, arguments, input. Out: exit code and everything it printed.
import { type ChildProcess, spawn } from 'node:child_process';
import { CLI_PROGRAM, SERVER_PROGRAM } from './program-paths.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array | string;
  readonly withinMs?: number;
  readonly cwd?: string;
  readonly uid?: number;
  /** Called as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface Ran {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const WITHIN_MS = 60_000;

/** Settings of the person who runs the tests must not change what is tested. */
export function cleanEnv(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(KUBEWITNESS_|NODE_OPTIONS|VITEST|KUBECONFIG)/.test(name),
  );
  const env: Record<string, string> = { NO_COLOR: '1' };
  for (const [name, value] of kept) if (value !== undefined) env[name] = value;
  return { ...env, ...more };
}

export function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: cleanEnv(options.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    options.onStart?.(child);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    // A program that ends before it has read its input is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    const withinMs = options.withinMs ?? WITHIN_MS;
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') });
    });
  });
}

/** `kubewitness …`. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return runProgram(process.execPath, [CLI_PROGRAM, ...args], options);
}

/** The server program when it is expected to end by itself. */
export function runServerProgram(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return runProgram(process.execPath, [SERVER_PROGRAM, ...args], options);
}
