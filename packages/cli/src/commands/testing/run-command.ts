// Runs one command line in this process with streams that remember, as a test's whole world.
import { PassThrough, Writable } from 'node:stream';
import { runProgram } from '../program.ts';
import type { Shell } from '../shell.ts';

export interface Outcome {
  readonly code: number;
  /** The exact bytes. */
  readonly out: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  /** Columns of the terminal that standard output is. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
  readonly homeDirectory?: string;
}

function remember(parts: Buffer[], columns: number | undefined): Writable & { isTTY?: boolean; columns?: number } {
  const output: Writable & { isTTY?: boolean; columns?: number } = new Writable({
    write(chunk: Buffer | string, _, done) {
      parts.push(Buffer.from(chunk));
      done();
    },
  });
  if (columns !== undefined) Object.assign(output, { isTTY: true, columns });
  return output;
}

export async function runCommand(argv: readonly string[], world: World = {}): Promise<Outcome> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const stdin = new PassThrough();
  stdin.end(world.stdin ?? '');
  const shell: Shell = {
    stdin,
    stdout: remember(out, world.columns),
    stderr: remember(err, undefined),
    env: world.env ?? {},
    // No configuration file of the machine may reach a test.
    homeDirectory: world.homeDirectory ?? '/nonexistent',
    signal: world.signal ?? new AbortController().signal,
    now: () => Date.UTC(2026, 10, 20, 12),
    onSignal: () => () => undefined,
  };
  const code = await runProgram('kubewitness', argv, shell, []);
  const bytes = Buffer.concat(out);
  return { code, out: bytes, stdout: bytes.toString('utf8'), stderr: Buffer.concat(err).toString('utf8') };
}
