// Finds who has a store open: the store's folder in, a process id out, if one can be known.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The engine writes its process id into `status` and holds a kernel lock on that file, so a stale file blocks nobody. */
export function findOwnerPid(store: string): number | undefined {
  try {
    const pid = Number(/^PID: (\d+)/m.exec(readFileSync(join(store, 'status'), 'utf8'))?.[1]);
    return Number.isInteger(pid) && pid !== process.pid && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined; // no such file: nobody was here yet
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
