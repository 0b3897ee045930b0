// Base64 of text, both ways, without what only servers or only browsers have.
import { fromBytes, toBytes } from '../../template/index.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(text: string): string {
  const bytes = toBytes(text);
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    encoded += ALPHABET[bits >> 18] ?? '';
    encoded += ALPHABET[(bits >> 12) & 63] ?? '';
    encoded += b === undefined ? '=' : (ALPHABET[(bits >> 6) & 63] ?? '');
    encoded += c === undefined ? '=' : (ALPHABET[bits & 63] ?? '');
  }
  return encoded;
}

/** What is no base64 gives the error's sentence as text, as the function library that Loki uses does. */
export function decodeBase64(encoded: string): string {
  const text = encoded.replace(/[\r\n]/g, '');
  const bad = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text)?.[0].length ?? 0;
  if (bad < text.length) {
    const odd = text.slice(bad).search(/[^A-Za-z0-9+/]/);
    return `illegal base64 data at input byte ${odd === -1 ? bad : bad + odd}`;
  }
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of text.replace(/=+$/, '')) {
    bits = (bits << 6) | ALPHABET.indexOf(char);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 255);
    bits &= (1 << count) - 1;
  }
  return fromBytes(Uint8Array.from(bytes));
}
