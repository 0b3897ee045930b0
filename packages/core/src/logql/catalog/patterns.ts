// What lines look like apart from what changes in them: entries in, patterns with their counts per step out. After the Drain algorithm.
import type { Entry } from '../pipeline/entry.ts';

export interface LinePattern {
  /** With `<_>` where lines differ; usable in `|>`. */
  readonly pattern: string;
  readonly samples: readonly (readonly [timeSeconds: number, count: number])[];
}

export interface PatternLimits {
  /** Lines that fit none of so many patterns are not counted. Loki: 300. */
  readonly maxPatterns: number;
  /** Longer lines are cut here before they are looked at. */
  readonly maxTokens: number;
}

interface Cluster {
  tokens: string[];
  count: number;
  readonly counts: Map<bigint, number>;
}

interface Pattern {
  readonly pattern: string;
  readonly count: number;
  readonly counts: ReadonlyMap<bigint, number>;
}

const PLACEHOLDER = '<_>';
/** So much of a line must be literally that of a pattern to belong to it. */
const MIN_SIMILARITY = 0.3;
const NANOS_PER_SECOND = 1_000_000_000n;

export interface PatternFinder {
  /** Entries in the order of time give the most stable patterns. */
  add(entry: Pick<Entry, 'line' | 'timeNanos'>): void;
  /** The most frequent first. */
  finish(): readonly LinePattern[];
}

/** Keeps the patterns and their counts, not the entries. */
export function createPatternFinder(stepNanos: bigint, limits: PatternLimits): PatternFinder {
  const byShape = new Map<string, Cluster[]>();
  let clusters = 0;

  function findCluster(tokens: string[]): Cluster | undefined {
    const first = tokens[0] ?? '';
    // Lines of one shape have as many words and begin alike; a number in front says nothing.
    const shape = `${tokens.length} ${/\d/.test(first) ? PLACEHOLDER : first}`;
    const alike = byShape.get(shape) ?? [];
    const known = findNearest(alike, tokens);
    if (known !== undefined) {
      known.tokens = known.tokens.map((token, at) => (token === tokens[at] ? token : PLACEHOLDER));
      return known;
    }
    if (clusters >= limits.maxPatterns) return undefined;
    clusters++;
    const cluster = { tokens, count: 0, counts: new Map() };
    alike.push(cluster);
    byShape.set(shape, alike);
    return cluster;
  }

  return {
    add({ line, timeNanos }) {
      const cluster = findCluster(line.split(' ', limits.maxTokens));
      if (cluster === undefined) return;
      cluster.count++;
      const step = timeNanos - (timeNanos % stepNanos);
      cluster.counts.set(step, (cluster.counts.get(step) ?? 0) + 1);
    },
    finish: () =>
      joinAlike([...byShape.values()].flat())
        .sort((left, right) => right.count - left.count)
        .map(print),
  };
}

export function findPatterns(
  entries: Iterable<Entry>,
  stepNanos: bigint,
  limits: PatternLimits,
): readonly LinePattern[] {
  const finder = createPatternFinder(stepNanos, limits);
  for (const entry of entries) finder.add(entry);
  return finder.finish();
}

function findNearest(clusters: readonly Cluster[], tokens: readonly string[]): Cluster | undefined {
  let nearest: Cluster | undefined;
  let best = -1;
  for (const cluster of clusters) {
    let same = 0;
    for (let at = 0; at < tokens.length; at++) if (cluster.tokens[at] === tokens[at]) same++;
    if (same > best) {
      best = same;
      nearest = cluster;
    }
  }
  return nearest !== undefined && best / tokens.length >= MIN_SIMILARITY ? nearest : undefined;
}

const printTokens = (tokens: readonly string[]): string => tokens.join(' ').replace(/<_>(?: ?<_>)+/g, PLACEHOLDER);

/** Lines of different lengths may have one pattern: it is told once. */
function joinAlike(clusters: readonly Cluster[]): Pattern[] {
  const patterns = new Map<string, { pattern: string; count: number; counts: Map<bigint, number> }>();
  for (const { tokens, count, counts } of clusters) {
    const pattern = printTokens(tokens);
    const known = patterns.get(pattern);
    if (known === undefined) {
      patterns.set(pattern, { pattern, count, counts: new Map(counts) });
      continue;
    }
    known.count += count;
    for (const [step, more] of counts) known.counts.set(step, (known.counts.get(step) ?? 0) + more);
  }
  return [...patterns.values()];
}

function print({ pattern, counts }: Pattern): LinePattern {
  const samples = Array.from(counts, ([step, count]) => [Number(step / NANOS_PER_SECOND), count] as const);
  samples.sort((left, right) => left[0] - right[0]);
  return { pattern, samples };
}
