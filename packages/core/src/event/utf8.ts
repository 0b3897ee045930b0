// UTF-8 bytes to text without a DOM or Node: bytes in, string out; what is not UTF-8 becomes U+FFFD, one for each broken sequence.

const CHUNK = 4096;

/** Decodes bytes[from, to). Replaces as the WHATWG standard does, so every decoder on the road gives the same text. */
export function decodeUtf8(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let at = from;
  while (at < to && (bytes[at] ?? 0) < 0x80) at++;
  if (at === to) return decodeAscii(bytes, from, to);
  let text = decodeAscii(bytes, from, at);
  let units: number[] = [];
  while (at < to) {
    const lead = bytes[at] ?? 0;
    let length = 1;
    if (lead < 0x80) {
      units.push(lead);
    } else {
      length = sequenceLength(bytes, at, to);
      pushScalar(units, length > 0 ? scalar(bytes, at, length) : 0xfffd);
      // A broken sequence: skip the bytes that could have begun a good one (at least one).
      if (length <= 0) length = -length;
    }
    at += length;
    if (units.length >= CHUNK) {
      text += String.fromCharCode.apply(null, units);
      units = [];
    }
  }
  return text + String.fromCharCode.apply(null, units);
}

/** For bytes known to be below 0x80. Eight at a time: faster than a view on the bytes for texts as short as audit has. */
export function decodeAscii(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  let at = from;
  for (; at + 8 <= to; at += 8) {
    text += String.fromCharCode(
      bytes[at] ?? 0,
      bytes[at + 1] ?? 0,
      bytes[at + 2] ?? 0,
      bytes[at + 3] ?? 0,
      bytes[at + 4] ?? 0,
      bytes[at + 5] ?? 0,
      bytes[at + 6] ?? 0,
      bytes[at + 7] ?? 0,
    );
  }
  for (; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** Length of the well-formed sequence at `at`, or minus the length of its longest well-formed beginning. */
function sequenceLength(bytes: Uint8Array, at: number, to: number): number {
  const lead = bytes[at] ?? 0;
  const wanted =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (wanted === 0) return -1;
  const second = bytes[at + 1] ?? 0;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (at + 1 >= to || second < low || second > high) return -1;
  for (let index = 2; index < wanted; index++) {
    const next = bytes[at + index] ?? 0;
    if (at + index >= to || next < 0x80 || next > 0xbf) return -index;
  }
  return wanted;
}

function scalar(bytes: Uint8Array, at: number, length: number): number {
  let value = (bytes[at] ?? 0) & (0xff >> (length + 1));
  for (let index = 1; index < length; index++) value = (value << 6) | ((bytes[at + index] ?? 0) & 0x3f);
  return value;
}

function pushScalar(units: number[], value: number): void {
  if (value < 0x10000) units.push(value);
  else units.push(0xd800 + ((value - 0x10000) >> 10), 0xdc00 + ((value - 0x10000) & 0x3ff));
}
