// How much there is: sums over the entries of streams in; counts, and bytes per label set, at once or per step, out.
import {
  compareLabels,
  countUtf8Bytes,
  type MatrixResult,
  type Point,
  readLabel,
  type VectorResult,
} from '../metric/index.ts';
import type { Entry, Labels } from '../pipeline/entry.ts';
import type { Matcher } from '../syntax/ast.ts';
import { listStreams } from './list-labels.ts';

/** `/index/stats`; a chunk is where Loki keeps a stream, so there is one for each here. */
export interface IndexStats {
  readonly streams: number;
  readonly chunks: number;
  readonly bytes: number;
  readonly entries: number;
}

export interface VolumeQuestion {
  readonly matchers: readonly Matcher[];
  /** The labels to count by; the names in the selector when empty. */
  readonly targetLabels: readonly string[];
  /** `labels`: one figure for each label name, `{name: ""}`. */
  readonly aggregateBy: 'series' | 'labels';
  /** The greatest volumes only. */
  readonly limit: number;
}

const NANOS_PER_MILLI = 1_000_000n;

/** Entries of one stream, summed. */
export interface StreamSum {
  readonly labels: Labels;
  /** A time of the entries; sums for steps have none from two. */
  readonly timeNanos: bigint;
  readonly entries: number;
  /** Of the lines, in UTF-8. */
  readonly bytes: number;
}

/** One sum for each stream, or for each step of each stream. */
export function sumStreams(entries: Iterable<Entry>, stepNanos?: bigint): readonly StreamSum[] {
  const sums = new Map<Labels, Map<bigint, { -readonly [K in keyof StreamSum]: StreamSum[K] }>>();
  for (const { labels, timeNanos, line } of entries) {
    const step = stepNanos === undefined ? 0n : timeNanos / stepNanos;
    const ofStream = sums.get(labels) ?? new Map();
    sums.set(labels, ofStream);
    const sum = ofStream.get(step) ?? { labels, timeNanos, entries: 0, bytes: 0 };
    ofStream.set(step, sum);
    sum.entries++;
    sum.bytes += countUtf8Bytes(line);
  }
  return [...sums.values()].flatMap((ofStream) => [...ofStream.values()]);
}

export function measureStats(sums: Iterable<StreamSum>): IndexStats {
  const streams = new Set<Labels>();
  let bytes = 0;
  let entries = 0;
  for (const sum of sums) {
    streams.add(sum.labels);
    bytes += sum.bytes;
    entries += sum.entries;
  }
  const distinct = listStreams(streams).length;
  return { streams: distinct, chunks: distinct, bytes, entries };
}

/** Streams of the selector; one sample at the end of the range for each group, the greatest first. */
export function measureVolume(sums: Iterable<StreamSum>, question: VolumeQuestion, endNanos: bigint): VectorResult {
  const groups = new Map<string, { readonly labels: Labels; bytes: number }>();
  const findGroups = createFindGroups(question);
  for (const { labels: stream, bytes } of sums) {
    for (const { key, labels } of findGroups(stream)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { labels, bytes });
      else group.bytes += bytes;
    }
  }
  const samples = [...groups.values()]
    .sort((left, right) => right.bytes - left.bytes || compareLabels(left.labels, right.labels))
    .slice(0, question.limit)
    .map(({ labels, bytes }) => ({ labels, value: bytes }));
  return { kind: 'vector', timeMillis: Number(endNanos / NANOS_PER_MILLI), samples };
}

/** A measurement for each multiple of the step: its point lies a millisecond before the next begins, the last at the end. */
export function measureVolumeRange(
  sums: Iterable<StreamSum>,
  question: VolumeQuestion,
  range: { readonly startNanos: bigint; readonly endNanos: bigint; readonly stepNanos: bigint },
): MatrixResult {
  const { endNanos, stepNanos } = range;
  const buckets = new Map<bigint, StreamSum[]>();
  for (const sum of sums) {
    const next = (sum.timeNanos / stepNanos + 1n) * stepNanos;
    const pointNanos = next >= endNanos ? endNanos : next - NANOS_PER_MILLI;
    const bucket = buckets.get(pointNanos);
    if (bucket === undefined) buckets.set(pointNanos, [sum]);
    else bucket.push(sum);
  }
  const series = new Map<string, { readonly labels: Labels; readonly points: Point[] }>();
  const times = [...buckets.keys()].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  for (const time of times) {
    const { timeMillis, samples } = measureVolume(buckets.get(time) ?? [], question, time);
    for (const { labels, value } of samples) {
      const key = JSON.stringify(Object.entries(labels));
      const known = series.get(key);
      if (known === undefined) series.set(key, { labels, points: [[timeMillis, value]] });
      else known.points.push([timeMillis, value]);
    }
  }
  return { kind: 'matrix', series: [...series.values()] };
}

interface VolumeGroup {
  readonly key: string;
  readonly labels: Labels;
}

function createFindGroups(question: VolumeQuestion): (labels: Labels) => readonly VolumeGroup[] {
  const known = new Map<Labels, readonly VolumeGroup[]>();
  const { targetLabels, aggregateBy } = question;
  const matched = [...new Set(question.matchers.map(({ name }) => name))].sort();
  // By series the selector's names count when no labels are named, all when it has none; by labels always all.
  const names = targetLabels.length > 0 ? [...targetLabels].sort() : aggregateBy === 'series' ? matched : [];

  function find(labels: Labels): readonly VolumeGroup[] {
    // A label that is asked for by name must be there.
    if (targetLabels.some((name) => readLabel(labels, name) === '')) return [];
    const present = (names.length > 0 ? names : Object.keys(labels).sort()).filter(
      (name) => readLabel(labels, name) !== '',
    );
    if (aggregateBy === 'labels') return present.map((name) => ({ key: name, labels: { [name]: '' } }));
    const entries = present.map((name) => [name, readLabel(labels, name)] as const);
    return [{ key: JSON.stringify(entries), labels: Object.fromEntries(entries) }];
  }

  return (labels) => {
    let groups = known.get(labels);
    if (groups === undefined) {
      groups = find(labels);
      known.set(labels, groups);
    }
    return groups;
  };
}
