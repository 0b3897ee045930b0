// Go's strings are bytes, ours are UTF-16: byte lengths, byte offsets and byte slices of text.

/** How many bytes the text has in UTF-8. */
export function byteLength(text: string, end: number = text.length): number {
  let bytes = 0;
  for (let i = 0; i < end; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
      bytes += 4;
      i += 1;
    } else bytes += 3;
  }
  return bytes;
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** The bytes of the text in UTF-8; a lone surrogate becomes the replacement character. */
export function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(byteLength(text));
  let at = 0;
  for (const char of text) {
    const raw = char.codePointAt(0) ?? 0;
    const code = raw >= 0xd800 && raw < 0xe000 ? 0xfffd : raw;
    if (code < 0x80) bytes[at++] = code;
    else if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 63);
    } else {
      if (code < 0x10000) bytes[at++] = 0xe0 | (code >> 12);
      else {
        bytes[at++] = 0xf0 | (code >> 18);
        bytes[at++] = 0x80 | ((code >> 12) & 63);
      }
      bytes[at++] = 0x80 | ((code >> 6) & 63);
      bytes[at++] = 0x80 | (code & 63);
    }
  }
  return bytes;
}

/** Text of UTF-8 bytes; each byte that belongs to no character becomes U+FFFD, as Go's runes do. */
export function fromBytes(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  while (i < bytes.length) {
    const size = runeSize(bytes, i);
    let code = 0xfffd;
    if (size === 1) code = bytes[i] ?? 0;
    else if (size > 1) {
      code = (bytes[i] ?? 0) & (0xff >> (size + 1));
      for (let k = 1; k < size; k += 1) code = (code << 6) | ((bytes[i + k] ?? 0) & 63);
    }
    text += String.fromCodePoint(code);
    i += Math.max(size, 1);
  }
  return text;
}

/** `text[start:end]` of Go, by bytes; undefined when it is out of bounds. */
export function sliceBytes(text: string, start: number, end: number): string | undefined {
  if (isAscii(text)) return start < 0 || end > text.length || start > end ? undefined : text.slice(start, end);
  const bytes = toBytes(text);
  return start < 0 || end > bytes.length || start > end ? undefined : fromBytes(bytes.subarray(start, end));
}

/** Bytes of the character at `i`, 0 when there is none that is whole and shortest. */
function runeSize(bytes: Uint8Array, i: number): number {
  const first = bytes[i] ?? 0;
  if (first < 0x80) return 1;
  const size =
    first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  if (size === 0 || i + size > bytes.length) return 0;
  for (let k = 1; k < size; k += 1) if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[i + 1] ?? 0;
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  return first === 0xf4 && second > 0x8f ? 0 : size;
}
