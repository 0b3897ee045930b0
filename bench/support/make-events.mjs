// The records of a run: number and seed in, a file of audit events and what is known of it out. Deterministic, so it is made once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const FIRST_DAY = '2026-11-18';

/** All within 24 hours from the first day's midnight. */
export function makeEvents(records, seed) {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const file = join(cache, `events-${records}-${seed}.ndjson`);
  if (!existsSync(file)) {
    const generator = join(root, 'corpus', 'loki', 'gen.mjs');
    const start = `${FIRST_DAY}T00:00:00Z`;
    const args = ['--events', String(records), '--seed', String(seed), '--start', start, '--out', file];
    const made = spawnSync(process.execPath, [generator, ...args], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(made.stderr);
    writeFileSync(`${file}.json`, made.stderr);
  }
  return { file, facts: JSON.parse(readFileSync(`${file}.json`, 'utf8')) };
}
