// Where the engine keeps its things inside its directory: a path in, ready folders or a problem out.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { type EngineResult, getReason, refuseEngine } from './engine-problem.ts';

export interface EngineFolders {
  /** The engine's own data; nobody else writes here. */
  readonly store: string;
  /** Bodies of inserts, waiting to be read. */
  readonly bodies: string;
  /** Configuration and pipes; also the working directory, so that no stray config.xml is picked up. */
  readonly run: string;
}

export function openEngineFolders(directory: string): EngineResult<EngineFolders> {
  if (!isAbsolute(directory)) throw new Error(`the engine's directory must be an absolute path, not ${directory}`);
  const folders = { store: join(directory, 'store'), bodies: join(directory, 'bodies'), run: join(directory, 'run') };
  try {
    for (const folder of Object.values(folders)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    }
  } catch (cause) {
    const message = `the engine cannot write to ${directory} (${getReason(cause)}); make it writable for this user or choose another data directory.`;
    return refuseEngine('KW_ENGINE_DIRECTORY', message);
  }
  return { ok: true, value: folders };
}
