// When each token was last used: kept in memory, written now and then to a file of its own so that tokens.json changes only by an admin's hand.
import { readFile } from 'node:fs/promises';
import { printTime } from '@kubewitness/core/event';
import type { Log } from '../observe/index.ts';
import { printCause } from './problems.ts';
import { writePrivateFile } from './token-file.ts';
import type { Clock } from './tokens.ts';

const WRITE_EVERY_MS = 60_000;

export interface TokenUse {
  note(id: string): void;
  lastUsedAt(id: string): string | null;
  close(): Promise<void>;
}

async function readUses(path: string): Promise<Map<string, number>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return new Map(entries.filter((e): e is [string, number] => Number.isSafeInteger(e[1])));
  } catch {
    // Absent or damaged: only a convenience is lost, so the server starts without it.
    return new Map();
  }
}

export async function openTokenUse(path: string, clock: Clock, log: Log | undefined): Promise<TokenUse> {
  const uses = await readUses(path);
  let changed = false;
  async function write(): Promise<void> {
    if (!changed) return;
    changed = false;
    try {
      await writePrivateFile(path, `${JSON.stringify(Object.fromEntries(uses))}\n`);
    } catch (cause) {
      log?.warn({ path, cause: printCause(cause) }, 'last uses of tokens could not be written');
    }
  }
  const timer = setInterval(() => void write(), WRITE_EVERY_MS);
  timer.unref();
  return {
    note(id) {
      uses.set(id, clock());
      changed = true;
    },
    lastUsedAt(id) {
      const at = uses.get(id);
      return at === undefined ? null : printTime(BigInt(at) * 1_000_000n);
    },
    async close() {
      clearInterval(timer);
      await write();
    },
  };
}
