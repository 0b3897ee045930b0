// Sees the engine at work from outside: folders of parts being inserted or merged appear under its data. Kinds of work in, a moment out.
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

export type Work = 'insert' | 'merge';

const PREFIX: Readonly<Record<Work, string>> = { insert: 'tmp_insert_', merge: 'tmp_merge_' };

/** The folders of tables: three levels below `store`, as ClickHouse lays them out. */
function findTableFolders(data: string): string[] {
  const top = join(data, 'store', 'store', 'store');
  const below = (folder: string): string[] => {
    try {
      return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(folder, entry.name));
    } catch {
      return [];
    }
  };
  return below(top).flatMap(below);
}

/** True as soon as such work begins; false when none did within the time. */
export function awaitWork(data: string, work: Work, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const watchers: FSWatcher[] = [];
    const finish = (seen: boolean) => {
      clearTimeout(timer);
      for (const watcher of watchers.splice(0)) watcher.close();
      resolve(seen);
    };
    const timer = setTimeout(() => finish(false), withinMs);
    for (const folder of findTableFolders(data)) {
      const watcher = watch(folder, (_, name) => {
        if (name?.startsWith(PREFIX[work])) finish(true);
      });
      watcher.on('error', () => undefined);
      watchers.push(watcher);
    }
  });
}
