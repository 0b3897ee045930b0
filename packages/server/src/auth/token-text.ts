// Token text: `kw_<id>_<secret>`. Random bytes -> text; text -> id and the hash that is kept.
import { createHash } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const TOKEN = /^kw_([a-z2-7]{8})_([a-z2-7]{52})$/;

/** Bytes of randomness of a given length; passed in. */
export type Random = (bytes: number) => Uint8Array;

function printBase32(bytes: Uint8Array, letters: number): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  if (bits > 0) text += ALPHABET[(held << (5 - bits)) & 31];
  return text.slice(0, letters);
}

export interface TokenText {
  readonly id: string;
  readonly secret: string;
}

export function createTokenText(random: Random): TokenText {
  return { id: printBase32(random(5), 8), secret: printBase32(random(32), 52) };
}

export const printTokenText = (token: TokenText): string => `kw_${token.id}_${token.secret}`;

export function parseTokenText(text: string): TokenText | undefined {
  const match = TOKEN.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { id: match[1], secret: match[2] };
}

/** SHA-256 without salt or stretching: the secret is 256 random bits, so there is nothing to guess. */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
