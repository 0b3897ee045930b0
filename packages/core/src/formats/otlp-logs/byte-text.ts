// Bytes as text and back, without Node: hex for ids, base64 for values.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function printHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  // An id of zeros means that there is none.
  return /^0*$/.test(text) ? '' : text;
}

export function printBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    const left = bytes.length - at;
    text += ALPHABET[bits >> 18] ?? '';
    text += ALPHABET[(bits >> 12) & 63] ?? '';
    text += left > 1 ? (ALPHABET[(bits >> 6) & 63] ?? '') : '=';
    text += left > 2 ? (ALPHABET[bits & 63] ?? '') : '=';
  }
  return text;
}
