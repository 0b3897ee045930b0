// Runs the command line as a real process, for what only a process can show: signals, closed pipes, children, left-overs.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
export const FAKE_PROGRAM = fileURLToPath(new URL('./fake-program.mjs', import.meta.url));

export interface Running {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

/** The environment is exactly what is given, with the path to programs. `uid` lets root see what others see. */
export function startProcess(argv: readonly string[], env: Readonly<Record<string, string>>, uid?: number): Running {
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN, ...argv], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    err += part;
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, name) => resolve(code ?? name ?? 'unknown'));
  });
  return { child, stdout: () => out, stderr: () => err, ended };
}

export async function waitFor(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
