// Segments that somebody moved back out of `failed/`: recovered files in; the same with new numbers for those, out.
import { access, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ClosedFile, FAILED_FOLDER } from './recover-spool.ts';
import { CLOSED_SUFFIX, segmentPath, syncDirectory } from './segment-file.ts';
import type { SegmentNumbers } from './segment-number.ts';

/** Written beside a segment when it is set aside; it stays when the segment alone is moved back, or comes along. */
export const REASON_SUFFIX = '.reason.txt';

/**
 * Whoever follows the store asks for what came after the newest batch that it knows, so a batch must not come behind those that are stored
 * already under a number below theirs. Nothing of such a segment is stored yet, so any number will do.
 */
export async function renumberReturned(
  directory: string,
  files: readonly ClosedFile[],
  numbers: SegmentNumbers,
): Promise<readonly ClosedFile[]> {
  const kept: ClosedFile[] = [];
  const returned: ClosedFile[] = [];
  for (const file of files) {
    const reasons = [join(directory, FAILED_FOLDER), directory].map((folder) =>
      join(folder, `${basename(file.path)}${REASON_SUFFIX}`),
    );
    if (!(await anyThere(reasons))) {
      kept.push(file);
      continue;
    }
    const number = numbers.take();
    const path = segmentPath(directory, number, CLOSED_SUFFIX);
    await rename(file.path, path);
    await syncDirectory(directory);
    // Last: after a crash the reason of a number that no file has any more does no harm.
    for (const reason of reasons) await rm(reason, { force: true });
    returned.push({ ...file, number, path });
  }
  return [...kept, ...returned];
}

async function anyThere(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return true;
  }
  return false;
}
