// The folder where request bodies wait for the engine to read them: names go out, and nothing survives a restart.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface BodyFiles {
  next(): string;
  remove(path: string): Promise<void>;
}

/** Whatever a killed process left behind was never acknowledged, so it goes. */
export function openBodyFiles(folder: string): BodyFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true, recursive: true });
  let number = 0;
  return {
    next: (): string => {
      number += 1;
      return join(folder, `${number}.body`);
    },
    remove: (path: string): Promise<void> => rm(path, { force: true }),
  };
}
