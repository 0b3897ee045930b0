// SegmentFile: one segment on the disk. In: bytes at a place. Out: a durable file, first `.open`, then `.segment`.
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const NUMBER_DIGITS = 10;

/** A file that still takes rows; after a crash its tail may be torn. */
export const OPEN_SUFFIX = '.open';
/** A file that is whole and durable. */
export const CLOSED_SUFFIX = '.segment';

export function segmentPath(directory: string, number: number, suffix: string): string {
  return join(directory, `${String(number).padStart(NUMBER_DIGITS, '0')}${suffix}`);
}

/** The number in a segment's file name; undefined for other files. */
export function parseSegmentName(name: string): { number: number; suffix: string } | undefined {
  const match = /^(\d{10,15})(\.open|\.segment)$/.exec(name);
  const [, digits, suffix] = match ?? [];
  return digits === undefined || suffix === undefined ? undefined : { number: Number(digits), suffix };
}

/** A new name in a directory survives a crash only after this. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Where segments are written: the disk, or in tests a disk that fails on demand. */
export interface SegmentDisk {
  create(directory: string, number: number): Promise<SegmentFile>;
}

export interface SegmentFile {
  write(bytes: Buffer, position: number): Promise<void>;
  sync(): Promise<void>;
  cutTo(length: number): Promise<void>;
  /** Renames to the closed name and makes that durable; may be called again after it failed. Returns the path. */
  finish(): Promise<string>;
  /** Lets go of the handle and leaves the file as it is. */
  release(): Promise<void>;
}

export const realDisk: SegmentDisk = {
  async create(directory, number) {
    const path = segmentPath(directory, number, OPEN_SUFFIX);
    // 0600: audit lines hold secrets. `wx`: a segment is never written over.
    const handle = await open(path, 'wx', 0o600);
    try {
      await syncDirectory(directory);
    } catch (error) {
      await handle.close();
      await unlink(path).catch(() => undefined);
      throw error;
    }
    return openedFile(handle, path, directory, number);
  },
};

function openedFile(handle: FileHandle, path: string, directory: string, number: number): SegmentFile {
  const closedPath = segmentPath(directory, number, CLOSED_SUFFIX);
  let renamed = false;
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    cutTo: (length) => handle.truncate(length),
    async finish() {
      if (!renamed) await rename(path, closedPath);
      renamed = true;
      await syncDirectory(directory);
      await handle.close();
      return closedPath;
    },
    release: () => handle.close(),
  };
}
