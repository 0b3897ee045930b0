// lockDirectory: one process per spool directory. In: the directory. Out: a release function, or who has it.
import { readFileSync } from 'node:fs';
import { open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export type DirectoryLock =
  | { readonly ok: true; readonly release: () => Promise<void> }
  | { readonly ok: false; readonly pid: number };

/** Tells a process from a later one with the same number; '' where the system has no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold spaces; the start time is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number, start: string): boolean {
  const startNow = startOf(pid);
  if (startNow !== undefined && start !== '') return startNow === start;
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Recovery cuts and renames files, so two processes in one directory would destroy each other's segments. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'lock');
  const text = `${process.pid} ${startOf(process.pid) ?? ''}\n`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(path, 'wx', 0o600);
      await handle.writeFile(text);
      await handle.close();
      return { ok: true, release: () => unlink(path).catch(() => undefined) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = await readFile(path, 'latin1').catch(() => '');
      const [pid = '', start = ''] = owner.trim().split(' ');
      if (/^\d+$/.test(pid) && isAlive(Number(pid), start)) return { ok: false, pid: Number(pid) };
      await unlink(path).catch(() => undefined);
    }
  }
  return { ok: false, pid: 0 };
}
