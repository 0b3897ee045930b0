// One member of gzip data (RFC 1952): where its header ends, and whether its trailer fits what came out of it.
import { crc32 } from 'node:zlib';

const FIXED_BYTES = 10;
export const TRAILER_BYTES = 8;
/** A header holds a file name and a comment; a longer one is none. */
const MAX_HEADER_BYTES = 64 * 1024;
const [HAS_CHECK, HAS_EXTRA, HAS_NAME, HAS_COMMENT, RESERVED] = [2, 4, 8, 16, 0xe0];

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

export type MemberStart =
  | { readonly kind: 'header'; readonly bytes: number }
  /** More bytes are needed to tell. */
  | { readonly kind: 'part' }
  | { readonly kind: 'other' };

export function findMemberStart(bytes: Buffer): MemberStart {
  if (!isGzip(Buffer.concat([bytes.subarray(0, 3), Buffer.from([0x1f, 0x8b, 0x08]).subarray(bytes.length)])))
    return { kind: 'other' };
  const flags = bytes[3] ?? 0;
  if ((flags & RESERVED) !== 0 || bytes.length > MAX_HEADER_BYTES) return { kind: 'other' };
  if (bytes.length < FIXED_BYTES) return { kind: 'part' };
  let at = FIXED_BYTES;
  if ((flags & HAS_EXTRA) !== 0) {
    if (bytes.length < at + 2) return { kind: 'part' };
    at += 2 + bytes.readUInt16LE(at);
  }
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return { kind: 'part' };
    at = end + 1;
  }
  if ((flags & HAS_CHECK) !== 0) at += 2;
  return at > bytes.length ? { kind: 'part' } : { kind: 'header', bytes: at };
}

export interface MemberSum {
  add(chunk: Uint8Array): void;
  /** Whether the trailer is that of what was added. */
  fits(trailer: Buffer): boolean;
}

export function createMemberSum(): MemberSum {
  let check = 0;
  let bytes = 0;
  return {
    add(chunk) {
      check = crc32(chunk, check);
      bytes = (bytes + chunk.length) % 2 ** 32;
    },
    fits: (trailer) => trailer.readUInt32LE(0) === check && trailer.readUInt32LE(4) === bytes,
  };
}
