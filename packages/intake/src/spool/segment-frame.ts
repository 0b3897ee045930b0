// Frames: rows that go to the disk by one write, under a checksum. In: rows in a block. Out: bytes of which a crash leaves all or nothing that counts.
import { crc32 } from 'node:zlib';
import { DESCRIPTION_MARK } from '@kubewitness/core/event';
import { problemStartOf } from './segment-row.ts';

/** Eight hexadecimal digits of the frame's length in bytes, eight of its CRC-32 with zeros in the place of all sixteen. */
const SEAL_BYTES = 16;
const NO_SEAL = Buffer.alloc(SEAL_BYTES, '0');
const MARK_BYTE = DESCRIPTION_MARK.charCodeAt(0);
/** All of a frame that has to be read to know how long it is: what stands before the problem of its first row, mark and seal. */
export const FRAME_HEAD_BYTES = 40;

/** What the problem of a frame's first row begins with, behind the mark, until the frame is sealed. */
export const OPEN_SEAL = NO_SEAL.toString('latin1');

/** What a first row tells, without the seal that stands before it where the row begins a frame, too. */
export const dropSeal = (told: string): string => (told.startsWith('{') ? told : told.slice(SEAL_BYTES));

/** Where the seal of the frame whose first row begins at `start` lies; undefined where no frame begins. */
function findSeal(bytes: Buffer, start: number): number | undefined {
  const problem = problemStartOf(bytes, start, bytes.length);
  if (problem === undefined || bytes[problem] !== MARK_BYTE || problem + 1 + SEAL_BYTES > bytes.length)
    return undefined;
  return problem + 1;
}

function checksum(bytes: Buffer, start: number, seal: number, end: number): number {
  const before = crc32(NO_SEAL, crc32(bytes.subarray(start, seal)));
  return crc32(bytes.subarray(seal + SEAL_BYTES, end), before);
}

/** No row is added to a frame after this. */
export function sealFrame(bytes: Buffer, start: number, end: number): void {
  const seal = findSeal(bytes, start);
  if (seal === undefined) throw new Error(`no frame begins at ${start}`);
  const crc = checksum(bytes, start, seal, end);
  bytes.write(`${printHex(end - start)}${printHex(crc)}`, seal, 'latin1');
}

const printHex = (value: number) => value.toString(16).padStart(8, '0');

/** The length in bytes that the head of a frame tells; undefined when it is not the head of a frame. */
export function readFrameLength(head: Buffer): number | undefined {
  const seal = findSeal(head, 0);
  if (seal === undefined) return undefined;
  const digits = head.toString('latin1', seal, seal + 8);
  return /^[0-9a-f]{8}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** Whether these bytes are a frame as it was sealed. */
export function isWholeFrame(bytes: Buffer): boolean {
  const seal = findSeal(bytes, 0);
  if (seal === undefined) return false;
  return bytes.toString('latin1', seal + 8, seal + SEAL_BYTES) === printHex(checksum(bytes, 0, seal, bytes.length));
}
