// Seeded choices and the size of a run. In: KW_SEED, KW_LONG. Out: a random source that is printed, so that a failure can be repeated.

/** `npm run test:long`: ten times as many rounds. */
export const IS_LONG = (process.env['KW_LONG'] ?? '') !== '';

export interface Random {
  readonly seed: number;
  /** 0 <= x < 1. */
  next(): number;
  /** Whole, from <= x <= to. */
  whole(from: number, to: number): number;
  pick<T>(from: readonly T[]): T;
  chance(probability: number): boolean;
}

/** mulberry32: small, quick, good enough to choose moments. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    seed,
    next,
    whole,
    pick(from) {
      const picked = from[whole(0, from.length - 1)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    chance: (probability) => next() < probability,
  };
}

/** The seed of this run: KW_SEED, or a new one; printed either way. */
export function openRandom(suite: string): Random {
  const given = process.env['KW_SEED'];
  const seed = given === undefined || given === '' ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  if (!Number.isSafeInteger(seed)) throw new Error(`KW_SEED is ${JSON.stringify(given)}, not a whole number`);
  process.stdout.write(`${suite}: seed ${seed} (KW_SEED=${seed} repeats it)\n`);
  return seeded(seed);
}
