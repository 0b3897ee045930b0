// A named pipe between the engine and this process: the engine writes its answer in, a readable stream comes out.
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/**
 * Why a pipe: the library's own streaming calls plan the query on the event loop (a scalar subquery then blocks every
 * other answer), and print each block as a document of its own. `INTO OUTFILE` runs on a worker thread, prints one whole
 * document in any format, keeps every byte, and a full pipe holds the engine back at 64 KiB.
 */
export function makePipes(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
  execFileSync('mkfifo', ['-m', '600', ...paths]);
}

export interface OpenPipe {
  readonly body: Readable;
  /** Call when the engine has let go of the pipe; `body` ends after what is still in it. */
  finish(): void;
}

export function openPipe(path: string): OpenPipe {
  // Non-blocking, because an ordinary open waits for the other side. The reader stays open until the engine is done:
  // were it gone first, the engine's own open would wait forever.
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // A writer of our own keeps the pipe from ending before the engine has opened it, or between two of its opens.
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const body = new Socket({ fd: reader, readable: true, writable: false });
  return { body, finish: (): void => closeSync(writer) };
}
