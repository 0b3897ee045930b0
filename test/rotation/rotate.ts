// Every way a log is rotated in the field. In: a folder with audit.log. Out: the folder as kube-apiserver or logrotate leaves it.
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Random } from '../support/seeded.ts';

/**
 * `server`: kube-apiserver itself, rename and create. `server-gzip`: with --audit-log-compress. `logrotate`: `.1`, then `.2.gz` and on.
 * `copytruncate`: logrotate's way for programs that keep their file open. `delete`: somebody removes the file, a new one appears.
 */
export const WAYS = ['server', 'server-gzip', 'logrotate', 'copytruncate', 'delete'] as const;
export type Way = (typeof WAYS)[number];

export const LIVE = 'audit.log';

function create(path: string): void {
  closeSync(openSync(path, 'wx', 0o600));
}

function lumberjackName(folder: string): string {
  return join(folder, `audit-${new Date().toISOString().replaceAll(':', '-').replace('Z', '')}.log`);
}

/** As lumberjack does: the compressed file grows under its final name, then the plain one goes. */
async function compress(path: string, random: Random): Promise<void> {
  await sleep(random.whole(0, 900));
  const packed = gzipSync(readFileSync(path));
  const middle = random.whole(0, packed.length);
  writeFileSync(`${path}.gz`, packed.subarray(0, middle), { mode: 0o600 });
  await sleep(random.whole(0, 200));
  appendFileSync(`${path}.gz`, packed.subarray(middle));
  unlinkSync(path);
}

/** `audit.log.2.gz` -> `.3.gz` and so on, the highest first; then `.1` makes room, compressed as with delaycompress. */
function shiftChain(folder: string): void {
  const chain = readdirSync(folder).flatMap((name) => {
    const match = /^audit\.log\.(\d+)(\.gz)?$/.exec(name);
    return match === null ? [] : [{ name, number: Number(match[1]), packed: match[2] ?? '' }];
  });
  for (const { name, number, packed } of chain.sort((a, b) => b.number - a.number)) {
    const next = join(folder, `${LIVE}.${number + 1}`);
    if (packed !== '') renameSync(join(folder, name), `${next}.gz`);
    else {
      writeFileSync(`${next}.gz`, gzipSync(readFileSync(join(folder, name))), { mode: 0o600 });
      unlinkSync(join(folder, name));
    }
  }
}

/** What is left to do a moment later is in the promise; the log itself takes lines again when this returns. */
export function rotate(folder: string, way: Way, random: Random): Promise<void> {
  const live = join(folder, LIVE);
  switch (way) {
    case 'server':
      renameSync(live, lumberjackName(folder));
      create(live);
      return Promise.resolve();
    case 'server-gzip': {
      const closed = lumberjackName(folder);
      renameSync(live, closed);
      create(live);
      return compress(closed, random);
    }
    case 'logrotate':
      shiftChain(folder);
      renameSync(live, `${live}.1`);
      create(live);
      return Promise.resolve();
    case 'copytruncate':
      // Between copy and cut nothing is written here: that gap loses lines in the field too, as logrotate's manual says.
      shiftChain(folder);
      copyFileSync(live, `${live}.1`);
      truncateSync(live, 0);
      return Promise.resolve();
    case 'delete':
      unlinkSync(live);
      create(live);
      return Promise.resolve();
  }
}
