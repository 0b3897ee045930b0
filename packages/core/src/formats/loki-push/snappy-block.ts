// Snappy's block format, unpacked: compressed bytes in, plain bytes out, never more than the given bound. Written from the format's description.

export type Unpacked =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: string; readonly tooLarge: boolean };

const CORRUPT: Unpacked = { ok: false, problem: 'snappy: corrupt input', tooLarge: false };
const MAX_LENGTH = 0xffff_ffff;
const LITERAL = 0;
const COPY_1 = 1;
const COPY_2 = 2;

interface Preamble {
  readonly length: number;
  readonly at: number;
}

/** The length of what is inside, a varint of at most 32 bits. */
function readPreamble(packed: Uint8Array): Preamble | undefined {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = packed[at];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return length > MAX_LENGTH ? undefined : { length, at: at + 1 };
  }
  return undefined;
}

/** Little endian number of `size` bytes, or -1 when the input ends before. */
function readNumber(packed: Uint8Array, at: number, size: number): number {
  if (at + size > packed.length) return -1;
  let value = 0;
  for (let index = size - 1; index >= 0; index--) value = value * 256 + (packed[at + index] ?? 0);
  return value;
}

/**
 * The length is known before a byte is written, so the bound costs nothing to keep; a block that is shorter or longer inside than it
 * says is corrupt. No input makes it run longer than the sum of both lengths.
 */
export function unpackSnappy(packed: Uint8Array, maxBytes: number): Unpacked {
  const preamble = readPreamble(packed);
  if (preamble === undefined) return CORRUPT;
  const { length } = preamble;
  if (length > maxBytes) return { ok: false, problem: 'snappy: decoded block is too large', tooLarge: true };
  // A byte of input can stand for at most 64 bytes in three: a short liar does not get its megabytes.
  if (length > packed.length * 32) return CORRUPT;
  const plain = new Uint8Array(length);
  let from = preamble.at;
  let to = 0;
  while (from < packed.length) {
    const tag = packed[from++] ?? 0;
    const kind = tag & 3;
    if (kind === LITERAL) {
      const code = tag >> 2;
      const extra = code < 60 ? 0 : code - 59;
      const size = extra === 0 ? code : readNumber(packed, from, extra);
      if (size < 0) return CORRUPT;
      from += extra;
      const count = size + 1;
      if (from + count > packed.length || to + count > length) return CORRUPT;
      plain.set(packed.subarray(from, from + count), to);
      from += count;
      to += count;
      continue;
    }
    const extra = kind === COPY_1 ? 1 : kind === COPY_2 ? 2 : 4;
    const low = readNumber(packed, from, extra);
    if (low < 0) return CORRUPT;
    from += extra;
    const count = kind === COPY_1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const offset = kind === COPY_1 ? ((tag & 0xe0) << 3) | low : low;
    if (offset === 0 || offset > to || to + count > length) return CORRUPT;
    copyBack(plain, to, offset, count);
    to += count;
  }
  return to === length ? { ok: true, bytes: plain } : CORRUPT;
}

/** When the source overlaps the target, bytes just written are read again: that is how the format repeats. */
function copyBack(plain: Uint8Array, to: number, offset: number, count: number): void {
  if (offset >= count) {
    plain.copyWithin(to, to - offset, to - offset + count);
    return;
  }
  for (let index = to; index < to + count; index++) plain[index] = plain[index - offset] ?? 0;
}
