// Where the engine keeps its things inside its directory: a path in, ready folders or a problem out.
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { EngineProblemError } from './engine-problem.ts';

export interface EngineFolders {
  /** The engine's own data; nobody else writes here. */
  readonly store: string;
  /** Bodies of inserts, waiting to be read. */
  readonly bodies: string;
  /** Configuration and pipes; also the working directory, so that no stray config.xml is picked up. */
  readonly run: string;
}

export function openEngineFolders(directory: string): EngineFolders {
  if (!isAbsolute(directory)) throw new Error(`the engine's directory must be an absolute path, not ${directory}`);
  const folders = { store: join(directory, 'store'), bodies: join(directory, 'bodies'), run: join(directory, 'run') };
  try {
    for (const folder of Object.values(folders)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the engine cannot write to ${directory} (${reason}); make it writable for this user or choose another data directory.`;
    throw new EngineProblemError({ code: 'KW_ENGINE_DIRECTORY', message }, cause);
  }
  return folders;
}

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
