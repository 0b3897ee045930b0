// Chooses where the engine's socket lives: a data directory in, a path short enough for a unix socket out.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The kernel takes 107 bytes on Linux and 103 on macOS; a longer path is cut silently or refused, by system. */
const MAX_SOCKET_PATH_BYTES = 103;

export interface SocketPlace {
  readonly path: string;
  remove(): void;
}

/** The temporary folder has mode 0700 by mkdtemp, so nobody else can put a socket in its place. */
export function chooseSocketPath(dataDir: string, wanted: string | undefined): SocketPlace {
  const inside = wanted ?? join(dataDir, 'run', 'engine.sock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES) {
    return { path: inside, remove: () => rmSync(inside, { force: true }) };
  }
  const path = join(mkdtempSync(join(tmpdir(), 'kubewitness-')), 'engine.sock');
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    rmSync(dirname(path), { recursive: true, force: true });
    throw new Error(`neither ${inside} nor ${path} is short enough for a unix socket; set TMPDIR to a shorter path`);
  }
  return { path, remove: () => rmSync(dirname(path), { recursive: true, force: true }) };
}
