// FileHead: the first bytes of a file, by which its content is known again. In: an open file. Out: bytes and their hash.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** Holds the first event's audit id and its microseconds, so no two logs share it. */
export const HEAD_BYTES = 1024;

/** What is remembered of a head. A file that was shorter then is known by what it had. */
export interface FileHead {
  readonly bytes: number;
  readonly hash: string;
}

export async function readHead(handle: FileHandle): Promise<Buffer> {
  const head = Buffer.alloc(HEAD_BYTES);
  let length = 0;
  while (length < HEAD_BYTES) {
    const { bytesRead } = await handle.read(head, length, HEAD_BYTES - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return head.subarray(0, length);
}

export function headOf(bytes: Buffer): FileHead {
  return { bytes: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') };
}

/** Tells for one file whether it can be one that is remembered: it may have grown since. Each length is hashed once. */
export function headMatcher(bytes: Buffer): (head: FileHead) => boolean {
  const hashes = new Map<number, string>();
  return (head) => {
    if (head.bytes > bytes.length) return false;
    let hash = hashes.get(head.bytes);
    if (hash === undefined) {
      hash = headOf(bytes.subarray(0, head.bytes)).hash;
      hashes.set(head.bytes, hash);
    }
    return hash === head.hash;
  };
}
