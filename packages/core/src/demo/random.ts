// Random: a stream of numbers that a seed fixes, so that the same demo comes out on every machine. Seed in, choices out.

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  chance(share: number): boolean;
  /** Exponential around `mean`, at most 20 times it. */
  around(mean: number): number;
  /** `length` hex digits. */
  hex(length: number): string;
  uuid(): string;
  /** Letters and digits as Kubernetes draws its name suffixes: no vowels, no 0, 1, 3. */
  suffix(length: number): string;
}

const BYTES = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'));
const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

/** sfc32: small, fast, and good enough for a play. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let count = 1;
  const word = (): number => {
    const sum = (((a + b) | 0) + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 15; warm++) word();
  const below = (limit: number): number => Math.floor((word() / 4_294_967_296) * limit);
  const four = (value: number): string => BYTES[value & 0xffff] ?? '';
  const hex = (length: number): string => {
    let text = '';
    while (text.length < length) {
      const value = word();
      text += four(value >>> 16) + four(value);
    }
    return text.slice(0, length);
  };
  return {
    next: () => word() / 4_294_967_296,
    below,
    pick: (list) => {
      const one = list[below(list.length)];
      if (one === undefined) throw new RangeError('nothing to pick from');
      return one;
    },
    chance: (share) => word() / 4_294_967_296 < share,
    around: (mean) => Math.min(20, -Math.log(1 - word() / 4_294_967_296)) * mean,
    hex,
    uuid: () => {
      const [first, second, third, fourth] = [word(), word(), word(), word()];
      const version = four((second & 0x0fff) | 0x4000);
      const variant = four(((third >>> 16) & 0x3fff) | 0x8000);
      return `${four(first >>> 16)}${four(first)}-${four(second >>> 16)}-${version}-${variant}-${four(third)}${four(fourth >>> 16)}${four(fourth)}`;
    },
    suffix: (length) => {
      let text = '';
      for (let at = 0; at < length; at++) text += SUFFIX.charAt(below(SUFFIX.length));
      return text;
    },
  };
}
