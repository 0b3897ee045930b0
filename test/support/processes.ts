// Processes of this machine whose command line names a path. In: a path. Out: their ids; for tests that nothing is left behind.
import { readdirSync, readFileSync } from 'node:fs';

export function processesThatName(path: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path) ? [pid] : [];
    } catch {
      return [];
    }
  });
}
