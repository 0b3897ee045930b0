// readFolder: the logs in a folder, live and rotated. In: a path. Out: live paths to follow, rotated siblings in order of time.
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseRotatedName, type RotatedName } from './rotated-name.ts';

/** Files beside audit logs that are none. */
const NO_AUDIT_LOG = /^(termination\.log|.*\.terminating|.*\.lock|\..*)$/;

function isLogName(name: string): boolean {
  return !NO_AUDIT_LOG.test(name) && (name.endsWith('.log') || /audit.*\.json$/.test(name));
}

/**
 * The live paths under a directory: its own logs and those of its folders, one level deep (`/var/log` has one folder per
 * API server). A log of which only rotated files are left counts too.
 */
export async function findLiveLogs(directory: string): Promise<string[]> {
  const found = new Set<string>();
  const look = async (folder: string, deeper: boolean) => {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      if (folder === directory) throw error;
      return;
    }
    for (const entry of entries) {
      if (entry.isDirectory()) {
        if (deeper) await look(join(folder, entry.name), false);
        continue;
      }
      const live = parseRotatedName(entry.name)?.base ?? entry.name;
      if (isLogName(live)) found.add(join(folder, live));
    }
  };
  await look(directory, true);
  return [...found].sort();
}

export interface Sibling extends RotatedName {
  readonly path: string;
  readonly id: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Changes whenever the file may have changed. */
  readonly state: string;
}

/** Rotated files of a live path, oldest first. A folder that cannot be listed, as with a file mounted alone, has none. */
export async function readSiblings(livePath: string): Promise<Sibling[]> {
  const folder = dirname(livePath);
  const live = basename(livePath);
  const names = await readdir(folder).catch(() => []);
  const siblings: Sibling[] = [];
  for (const name of names) {
    const rotated = parseRotatedName(name);
    if (rotated === undefined || rotated.base !== live) continue;
    const path = join(folder, name);
    // It may be renamed or removed between the two calls; then the next look finds it.
    const stats = await stat(path, { bigint: true }).catch(() => undefined);
    if (stats === undefined || !stats.isFile()) continue;
    const id = `${stats.dev}:${stats.ino}`;
    siblings.push({
      ...rotated,
      path,
      id,
      size: Number(stats.size),
      mtimeMs: Number(stats.mtimeMs),
      state: `${id}:${stats.size}:${stats.mtimeNs}`,
    });
  }
  return siblings.sort((a, b) => timeOf(a) - timeOf(b) || (a.path < b.path ? -1 : 1));
}

function timeOf(sibling: Sibling): number {
  return sibling.closedMillis ?? sibling.mtimeMs;
}
