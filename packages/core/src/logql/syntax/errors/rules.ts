// Grammar rules and what follows from them alone: which tokens can begin a part, which parts can be empty.

export interface GrammarRule {
  readonly left: string;
  readonly right: readonly string[];
}

/** A rule with a dot in it, as `rule * STRIDE + dot`. */
export type Item = number;
export const STRIDE = 64;

export class Grammar {
  readonly rules: readonly GrammarRule[];
  readonly #byLeft = new Map<string, number[]>();
  readonly #firsts = new Map<string, Set<string>>();
  readonly #nullable = new Set<string>();

  constructor(rules: readonly GrammarRule[]) {
    this.rules = rules;
    rules.forEach(({ left }, index) => {
      this.#byLeft.set(left, [...(this.#byLeft.get(left) ?? []), index]);
    });
    this.#findFirsts();
  }

  isToken(symbol: string): boolean {
    return !this.#byLeft.has(symbol);
  }

  rulesOf(symbol: string): readonly number[] {
    return this.#byLeft.get(symbol) ?? [];
  }

  symbolAt(item: Item): string | undefined {
    return this.rules[Math.floor(item / STRIDE)]?.right[item % STRIDE];
  }

  /** What can come first in what follows the symbol after the dot; with ANY when that can be nothing. */
  followersIn(item: Item, lookahead: string): ReadonlySet<string> {
    const rest = this.rules[Math.floor(item / STRIDE)]?.right.slice((item % STRIDE) + 1) ?? [];
    const found = new Set<string>();
    for (const symbol of rest) {
      for (const token of this.#firstsOf(symbol)) found.add(token);
      if (!this.#nullable.has(symbol)) return found;
    }
    return found.add(lookahead);
  }

  #firstsOf(symbol: string): ReadonlySet<string> {
    return this.isToken(symbol) ? new Set([symbol]) : (this.#firsts.get(symbol) ?? new Set());
  }

  #findFirsts(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const { left, right } of this.rules) {
        const firsts = this.#firsts.get(left) ?? new Set();
        const before = firsts.size + Number(this.#nullable.has(left));
        const stop = right.findIndex((symbol) => !this.#nullable.has(symbol));
        for (const symbol of right.slice(0, stop < 0 ? right.length : stop + 1))
          for (const token of this.#firstsOf(symbol)) firsts.add(token);
        if (stop < 0) this.#nullable.add(left);
        this.#firsts.set(left, firsts);
        changed ||= firsts.size + Number(this.#nullable.has(left)) !== before;
      }
    }
  }
}
