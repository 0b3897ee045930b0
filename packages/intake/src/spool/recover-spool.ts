// recoverSpool: what a crash left behind. In: the spool's directory. Out: whole, closed segment files and the highest number seen.
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from './clock.ts';
import { scanWholeFrames } from './scan-segment.ts';
import { CLOSED_SUFFIX, OPEN_SUFFIX, parseSegmentName, segmentPath, syncDirectory } from './segment-file.ts';

/** Segments that could not be stored; kept for a person to look at. */
export const FAILED_FOLDER = 'failed';

export interface ClosedFile {
  readonly number: number;
  readonly path: string;
  readonly bytes: number;
  readonly firstRowMicros: number;
}

export interface Recovered {
  /** Oldest first. */
  readonly files: ClosedFile[];
  readonly highestNumber: number;
}

export async function recoverSpool(directory: string, log: Log): Promise<Recovered> {
  await mkdir(join(directory, FAILED_FOLDER), { recursive: true, mode: 0o700 });
  let highestNumber = 0;
  const files: ClosedFile[] = [];
  for (const name of await readdir(join(directory, FAILED_FOLDER))) {
    highestNumber = Math.max(highestNumber, parseSegmentName(name)?.number ?? 0);
  }
  for (const name of (await readdir(directory)).sort()) {
    const parsed = parseSegmentName(name);
    if (parsed === undefined) continue;
    highestNumber = Math.max(highestNumber, parsed.number);
    const path = segmentPath(directory, parsed.number, CLOSED_SUFFIX);
    if (parsed.suffix === OPEN_SUFFIX && !(await repair(directory, parsed.number, log))) continue;
    const { size, birthtimeMs, mtimeMs } = await stat(path);
    files.push({
      number: parsed.number,
      path,
      bytes: size,
      firstRowMicros: Math.round((birthtimeMs > 0 ? birthtimeMs : mtimeMs) * 1000),
    });
  }
  await syncDirectory(directory);
  files.sort((a, b) => a.number - b.number);
  if (files.length > 0) {
    log.info({ directory, segments: files.length }, `${files.length} segments wait in ${directory} from before.`);
  }
  return { files, highestNumber };
}

/** Cuts off what a segment that was open at the crash holds behind its last whole frame, and closes it; false when that leaves nothing. */
async function repair(directory: string, number: number, log: Log): Promise<boolean> {
  const path = segmentPath(directory, number, OPEN_SUFFIX);
  const { rows, wholeBytes, fileBytes } = await scanWholeFrames(path);
  if (wholeBytes < fileBytes) {
    const cutBytes = fileBytes - wholeBytes;
    log.warn(
      { path, rows, cutBytes },
      `Segment ${number} was being written at the last stop: ${rows} rows kept, ${cutBytes} bytes of an unfinished write, never acknowledged, cut off.`,
    );
  }
  if (rows === 0) {
    await unlink(path);
    return false;
  }
  const handle = await open(path, 'r+');
  try {
    if (wholeBytes < fileBytes) await handle.truncate(wholeBytes);
    // The rows were read from memory of the system; before they are handed on they must be on the disk.
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(path, segmentPath(directory, number, CLOSED_SUFFIX));
  return true;
}
