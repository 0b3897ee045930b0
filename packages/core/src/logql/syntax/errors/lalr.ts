// A small LALR(1) table builder: grammar rules in, the automaton that yacc would make of them out, with yacc's default reductions.
import { Grammar, type GrammarRule, type Item, STRIDE } from './rules.ts';

export interface Precedence {
  readonly level: number;
  readonly right: boolean;
}

export interface State {
  /** Token to next state. */
  readonly shifts: ReadonlyMap<string, number>;
  /** Rule name to next state. */
  readonly gotos: ReadonlyMap<string, number>;
  /** Taken on any token that is not shifted and not in `reductions`. */
  readonly defaultRule?: number;
  readonly reductions: ReadonlyMap<string, number>;
}

export const END = '$end';
/** Stands for "whatever may follow" while lookaheads are found. */
const ANY = '#';

interface Kernel {
  readonly items: readonly Item[];
  readonly next: Map<string, number>;
}

/** Rule 0 must be the only one of its name: the whole. */
export function buildTable(
  rules: readonly GrammarRule[],
  precedences: ReadonlyMap<string, Precedence>,
): readonly State[] {
  const grammar = new Grammar(rules);
  const kernels = buildKernels(grammar);
  const lookaheads = findLookaheads(grammar, kernels);
  return kernels.map((kernel, index) => toState(grammar, precedences, kernel, lookaheads[index] ?? new Map()));
}

/** The items with all that can begin where their dots are, without lookaheads. */
function closeItems(grammar: Grammar, items: readonly Item[]): readonly Item[] {
  const closed = new Set(items);
  for (const item of closed) {
    const symbol = grammar.symbolAt(item);
    if (symbol !== undefined) for (const rule of grammar.rulesOf(symbol)) closed.add(rule * STRIDE);
  }
  return [...closed];
}

function buildKernels(grammar: Grammar): readonly Kernel[] {
  const kernels: Kernel[] = [{ items: [0], next: new Map() }];
  const known = new Map<string, number>([['0', 0]]);
  for (const kernel of kernels) {
    const moved = new Map<string, Item[]>();
    for (const item of closeItems(grammar, kernel.items)) {
      const symbol = grammar.symbolAt(item);
      if (symbol === undefined) continue;
      const target = moved.get(symbol);
      if (target === undefined) moved.set(symbol, [item + 1]);
      else target.push(item + 1);
    }
    for (const [symbol, items] of moved) {
      const key = items.sort((a, b) => a - b).join();
      let target = known.get(key);
      if (target === undefined) {
        target = kernels.length;
        known.set(key, target);
        kernels.push({ items, next: new Map() });
      }
      kernel.next.set(symbol, target);
    }
  }
  return kernels;
}

type Lookaheads = Map<Item, Set<string>>;

/** Lookaheads of one kernel item's closure, given ANY for its own. */
function closeWithLookaheads(grammar: Grammar, start: Item): Lookaheads {
  const found: Lookaheads = new Map([[start, new Set([ANY])]]);
  const pending: (readonly [Item, string])[] = [[start, ANY]];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const [item, lookahead] = entry;
    const symbol = grammar.symbolAt(item);
    if (symbol === undefined || grammar.isToken(symbol)) continue;
    const followers = grammar.followersIn(item, lookahead);
    for (const rule of grammar.rulesOf(symbol)) {
      const set = found.get(rule * STRIDE) ?? new Set();
      found.set(rule * STRIDE, set);
      for (const token of followers) {
        if (set.has(token)) continue;
        set.add(token);
        pending.push([rule * STRIDE, token]);
      }
    }
  }
  return found;
}

/** By propagation: what a kernel item hands on to the kernels it moves to, until nothing grows. */
function findLookaheads(grammar: Grammar, kernels: readonly Kernel[]): readonly Lookaheads[] {
  const closures = new Map<Item, Lookaheads>();
  const sets: Lookaheads[] = kernels.map(({ items }) => new Map(items.map((item) => [item, new Set<string>()])));
  sets[0]?.set(0, new Set([END]));
  const complete: Lookaheads[] = kernels.map(() => new Map());
  for (let changed = true; changed; ) {
    changed = false;
    kernels.forEach((kernel, index) => {
      for (const start of kernel.items) {
        const own = sets[index]?.get(start) ?? new Set();
        const closure = closures.get(start) ?? closeWithLookaheads(grammar, start);
        closures.set(start, closure);
        for (const [item, tokens] of closure) {
          const symbol = grammar.symbolAt(item);
          const target =
            symbol === undefined
              ? addSet(complete[index], item)
              : addSet(sets[kernel.next.get(symbol) ?? -1], item + 1);
          const before = target.size;
          for (const token of tokens) {
            if (token !== ANY) target.add(token);
            else for (const inherited of own) target.add(inherited);
          }
          changed ||= target.size !== before;
        }
      }
    });
  }
  return complete;
}

function addSet(sets: Lookaheads | undefined, item: Item): Set<string> {
  const set = sets?.get(item) ?? new Set();
  sets?.set(item, set);
  return set;
}

function toState(
  grammar: Grammar,
  precedences: ReadonlyMap<string, Precedence>,
  kernel: Kernel,
  complete: Lookaheads,
): State {
  const next = [...kernel.next];
  const shifts = new Map(next.filter(([symbol]) => grammar.isToken(symbol)));
  const gotos = new Map(next.filter(([symbol]) => !grammar.isToken(symbol)));
  const reductions = new Map<string, number>();
  for (const [item, tokens] of [...complete].sort(([a], [b]) => a - b)) {
    const rule = Math.floor(item / STRIDE);
    const own = precedences.get(grammar.rules[rule]?.right.findLast((symbol) => grammar.isToken(symbol)) ?? '');
    for (const token of tokens) {
      // The earlier rule wins; against a shift the tighter binding does, and the shift where nothing is said.
      if (reductions.has(token)) continue;
      if (shifts.has(token)) {
        const other = precedences.get(token);
        if (own === undefined || other === undefined || other.level > own.level) continue;
        if (other.level === own.level && other.right) continue;
        shifts.delete(token);
      }
      reductions.set(token, rule);
    }
  }
  const defaultRule = findCommonest([...reductions.values()]);
  return { shifts, gotos, reductions, ...(defaultRule === undefined ? {} : { defaultRule }) };
}

function findCommonest(rules: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  let best: number | undefined;
  for (const [rule, count] of counts) if (best === undefined || count > (counts.get(best) ?? 0)) best = rule;
  return best;
}
