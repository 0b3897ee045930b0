// Strict JSON grammar over bytes. In: a buffer and a place. Out: where the value ends, or the first wrong byte.
// No value is built: a body of 64 MiB costs no memory here, whatever a sender put into it.

/** Deeper nesting is refused; kube-apiserver itself stops at 10,000, real events stay below 40. */
const MAX_DEPTH = 512;

/** Results: an index >= 0 is the end of what was skipped; a negative one is `~index` of the first wrong byte. */
export type Skipped = number;

export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at++;
  }
  return at;
}

export function skipValue(bytes: Uint8Array, start: number, end: number, depth = 0): Skipped {
  const byte = start < end ? bytes[start] : -1;
  if (byte === 0x22) return skipString(bytes, start, end);
  if (byte === 0x7b) return depth < MAX_DEPTH ? skipObject(bytes, start, end, depth + 1) : ~start;
  if (byte === 0x5b) return depth < MAX_DEPTH ? skipArray(bytes, start, end, depth + 1) : ~start;
  if (byte === 0x74) return skipWord(bytes, start, end, 'true');
  if (byte === 0x66) return skipWord(bytes, start, end, 'false');
  if (byte === 0x6e) return skipWord(bytes, start, end, 'null');
  return skipNumber(bytes, start, end);
}

/** From the opening to behind the closing quote. Bytes above 0x7f pass as they are: invalid UTF-8 is kept, not judged. */
export function skipString(bytes: Uint8Array, start: number, end: number): Skipped {
  if (bytes[start] !== 0x22 || start >= end) return ~start;
  let at = start + 1;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) return at + 1;
    if (byte < 0x20) return ~at;
    if (byte !== 0x5c) at++;
    else {
      const next = skipEscape(bytes, at, end);
      if (next < 0) return next;
      at = next;
    }
  }
  return ~end;
}

function skipEscape(bytes: Uint8Array, start: number, end: number): Skipped {
  const kind = start + 1 < end ? bytes[start + 1] : -1;
  if (kind === 0x75) {
    for (let at = start + 2; at < start + 6; at++) if (at >= end || !isHex(bytes[at] ?? 0)) return ~at;
    return start + 6;
  }
  const known =
    kind === 0x22 ||
    kind === 0x5c ||
    kind === 0x2f ||
    kind === 0x62 ||
    kind === 0x66 ||
    kind === 0x6e ||
    kind === 0x72 ||
    kind === 0x74;
  return known ? start + 2 : ~(start + 1);
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipWord(bytes: Uint8Array, start: number, end: number, word: string): Skipped {
  for (let index = 0; index < word.length; index++) {
    if (start + index >= end || bytes[start + index] !== word.charCodeAt(index)) return ~(start + index);
  }
  return start + word.length;
}

function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(bytes[at])) at++;
  return at;
}

function skipNumber(bytes: Uint8Array, start: number, end: number): Skipped {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  const whole = skipDigits(bytes, at, end);
  if (whole === at || (bytes[at] === 0x30 && whole > at + 1)) return ~at;
  at = whole;
  if (at < end && bytes[at] === 0x2e) {
    const fraction = skipDigits(bytes, at + 1, end);
    if (fraction === at + 1) return ~fraction;
    at = fraction;
  }
  if (at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    const signed = bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d ? at + 2 : at + 1;
    const exponent = skipDigits(bytes, signed, end);
    if (exponent === signed) return ~exponent;
    at = exponent;
  }
  return at;
}

function skipArray(bytes: Uint8Array, start: number, end: number, depth: number): Skipped {
  let at = skipSpace(bytes, start + 1, end);
  if (at < end && bytes[at] === 0x5d) return at + 1;
  for (;;) {
    const value = skipValue(bytes, at, end, depth);
    if (value < 0) return value;
    at = skipSpace(bytes, value, end);
    if (at >= end) return ~end;
    if (bytes[at] === 0x5d) return at + 1;
    if (bytes[at] !== 0x2c) return ~at;
    at = skipSpace(bytes, at + 1, end);
  }
}

function skipObject(bytes: Uint8Array, start: number, end: number, depth: number): Skipped {
  let at = skipSpace(bytes, start + 1, end);
  if (at < end && bytes[at] === 0x7d) return at + 1;
  for (;;) {
    const value = skipKey(bytes, at, end);
    if (value < 0) return value;
    const next = skipValue(bytes, value, end, depth);
    if (next < 0) return next;
    at = skipSpace(bytes, next, end);
    if (at >= end) return ~end;
    if (bytes[at] === 0x7d) return at + 1;
    if (bytes[at] !== 0x2c) return ~at;
    at = skipSpace(bytes, at + 1, end);
  }
}

/** A key, its colon and the space around it: the result is where the value begins. */
export function skipKey(bytes: Uint8Array, start: number, end: number): Skipped {
  const key = skipString(bytes, start, end);
  if (key < 0) return key;
  const colon = skipSpace(bytes, key, end);
  if (colon >= end || bytes[colon] !== 0x3a) return ~colon;
  return skipSpace(bytes, colon + 1, end);
}

/** Whether the string that begins at `start` (its opening quote) is exactly `text`, written without escapes. */
export function isString(bytes: Uint8Array, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + 1 + index] !== text.charCodeAt(index)) return false;
  }
  return bytes[start + 1 + text.length] === 0x22;
}
