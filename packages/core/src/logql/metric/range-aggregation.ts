// A range aggregation over entries: what to read and the entries themselves in, a vector per step out.
import type { Entry, PipelineOptions, PipelineResult } from '../pipeline/entry.ts';
import type { Matcher, RangeAggregation } from '../syntax/ast.ts';
import type { CompiledStages } from './compile-stages.ts';
import { createFindSeries } from './entry-series.ts';
import { type MetricProblem, tooManySamples } from './metric-problem.ts';
import { type RangeFunction, selectRangeFunction } from './range-functions.ts';
import { createSampleStore } from './sample-store.ts';
import { createSeriesIndex, readLabel, type Series, type SeriesIndex } from './series.ts';
import { createSlidingWindows, type SeriesWindow, type SlidingWindows } from './sliding-windows.ts';
import type { Sample, StepNode } from './vector.ts';
import { findWantedLabels, type SeriesGrouping, selectGrouping } from './wanted-labels.ts';

/** Entries that a metric query must see, in any order. */
export interface MetricRead {
  readonly query: RangeAggregation;
  readonly matchers: readonly Matcher[];
  /** Inclusive. */
  readonly startNanos: bigint;
  /** Exclusive. */
  readonly endNanos: bigint;
  /** How its entries become series. Labels that nobody groups by and no stage reads are not parsed at all. */
  readonly grouping: SeriesGrouping;
  /** A problem ends the query; read no further. */
  readonly accept: (entry: Entry) => MetricProblem | undefined;
  /**
   * The entries of one series and of a time that no window cuts, added up by somebody else: the labels that tell the series, the
   * last moment of that time, the sum (or least, or greatest) of the values. As good as the entries for what is put together of such
   * parts: counts, bytes, rates, sums of whole numbers, minima, maxima. With `count` it is one value that so many of the entries have,
   * which is as good as the entries for what does not ask for their order; without, and with its own moment, a first or last value.
   */
  readonly acceptSum: (
    labels: Iterable<readonly [name: string, value: string]>,
    timeNanos: bigint,
    value: number,
    count?: number,
  ) => MetricProblem | undefined;
  /**
   * So many entries of one moment and value, each of which has a series of its own: only for an aggregation above that groups by the
   * labels given here, and asks no series for more.
   */
  readonly acceptAlike: (
    labels: Iterable<readonly [name: string, value: string]>,
    timeNanos: bigint,
    value: number,
    count: number,
  ) => MetricProblem | undefined;
}

export interface RangeNode extends StepNode {
  readonly read: MetricRead;
}

export type RangeNodeResult =
  | { readonly ok: true; readonly node: RangeNode }
  | { readonly ok: false; readonly problem: MetricProblem };

export interface RangeContext {
  readonly series: SeriesIndex;
  readonly firstStepNanos: bigint;
  readonly lastStepNanos: bigint;
  readonly maxSamples: number;
  readonly compile: (query: RangeAggregation, options: PipelineOptions) => CompiledStages;
}

export function createRangeNode(
  query: RangeAggregation,
  handedDown: SeriesGrouping | undefined,
  context: RangeContext,
): RangeNodeResult {
  const grouping = selectGrouping(query, handedDown);
  const pipeline = context.compile(query, { wanted: findWantedLabels(query, grouping) });
  if (!pipeline.ok) return pipeline;
  const { run } = pipeline;
  const store = createSampleStore(context.maxSamples);
  const findSeries = createFindSeries(query, grouping, context.series);
  const readValue = selectValue(query);

  function accept(entry: Entry): MetricProblem | undefined {
    const result = run(entry);
    if (result === undefined || isWithoutValue(query, result)) return undefined;
    const sample = { timeNanos: entry.timeNanos, value: readValue(result), of: findSeries(result) };
    return store.add(sample) ? undefined : tooManySamples(context.maxSamples);
  }

  // A series has one object, so that sums of others and entries of its own meet in its windows.
  const acceptSum: MetricRead['acceptSum'] = (labels, timeNanos, value, count) =>
    store.add({ timeNanos, value, count, of: { series: context.series.intern(labels) } })
      ? undefined
      : tooManySamples(context.maxSamples);

  // Not the series of an entry that happens to have these labels and no others.
  const alike = createSeriesIndex();
  const acceptAlike: MetricRead['acceptAlike'] = (labels, timeNanos, value, count) =>
    store.add({ timeNanos, value, count, of: { series: alike.intern(labels), alike: true } })
      ? undefined
      : tooManySamples(context.maxSamples);

  return {
    ok: true,
    node: {
      read: {
        query,
        matchers: query.query.matchers,
        // Windows are open at their start and closed at their end; reads are the other way round.
        startNanos: context.firstStepNanos - query.offsetNanos - query.rangeNanos + 1n,
        endNanos: context.lastStepNanos - query.offsetNanos + 1n,
        grouping,
        accept,
        acceptSum,
        acceptAlike,
      },
      step: createStep(query, () => createSlidingWindows(store.sorted(), query.rangeNanos), context.series),
    },
  };
}

/** A label that is empty is as good as missing: nothing to unwrap, and no error either. */
function isWithoutValue({ unwrap }: RangeAggregation, { parsed, metadata, stream }: PipelineResult): boolean {
  if (unwrap === undefined) return false;
  return [parsed, metadata, stream].every((labels) => readLabel(labels, unwrap.label) === '');
}

/** What one entry is worth before the function over the window sees it. */
function selectValue(query: RangeAggregation): (result: { readonly line: string; readonly value: number }) => number {
  if (query.operation === 'bytes_over_time' || query.operation === 'bytes_rate') {
    return (result) => countUtf8Bytes(result.line);
  }
  return query.unwrap === undefined || query.operation === 'absent_over_time' ? () => 1 : (result) => result.value;
}

function createStep(query: RangeAggregation, open: () => SlidingWindows, series: SeriesIndex): StepNode['step'] {
  const compute = selectRangeFunction(query);
  const absent = query.operation === 'absent_over_time' ? absentSeries(query.query.matchers, series) : undefined;
  let windows: SlidingWindows | undefined;
  return (_index, timeNanos) => {
    windows ??= open();
    const vector: Sample[] = [];
    for (const window of windows.moveTo(timeNanos - query.offsetNanos)) {
      if (window.of.problem !== undefined) return { ok: false, problem: window.of.problem };
      if (window.of.alike === true) vector.push(...sampleEach(window, compute));
      else vector.push({ series: window.of.series, value: compute(window) });
    }
    if (absent === undefined) return { ok: true, vector };
    return { ok: true, vector: vector.length > 0 ? [] : [{ series: absent, value: 1 }] };
  };
}

/** Entries of the same value have the same sample, each for itself. */
function* sampleEach({ of, nanos, values, weights, from }: SeriesWindow, compute: RangeFunction): Generator<Sample> {
  const counts = new Map<number, { readonly at: number; count: number }>();
  for (let at = from; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    const known = counts.get(value) ?? { at, count: 0 };
    known.count += weights?.[at] ?? 1;
    counts.set(value, known);
  }
  for (const [value, { at, count }] of counts) {
    const alone = { nanos: [nanos[at] ?? 0n], values: [value], from: 0, wholeSum: value };
    yield { series: of.series, value: compute(alone), count };
  }
}

/** What is missing is known by the labels the selector names exactly, and only once. */
function absentSeries(matchers: readonly Matcher[], series: SeriesIndex): Series {
  const labels = new Map<string, string>();
  const unknown = new Set<string>();
  for (const { name, operator, value } of matchers) {
    if (operator === '=' && !labels.has(name)) labels.set(name, value);
    else unknown.add(name);
  }
  return series.intern([...labels].filter(([name, value]) => !unknown.has(name) && value !== ''));
}

export function countUtf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(at + 1))) {
      bytes += 2;
      at++;
    } else bytes += 2;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
