// From an entry that passed its pipeline to the series it counts for: labels by origin in, one interned series out.
import type { Labels, PipelineResult } from '../pipeline/entry.ts';
import type { RangeAggregation } from '../syntax/ast.ts';
import { type MetricProblem, pipelineError } from './metric-problem.ts';
import { readLabel, type Series, type SeriesIndex } from './series.ts';
import type { SeriesGrouping } from './wanted-labels.ts';

export interface EntrySeries {
  readonly series: Series;
  /** Each entry has a series of its own, of which these labels are those that are asked for. */
  readonly alike?: true;
  /** The entry failed in a stage; whoever counts it ends the query. */
  readonly problem?: MetricProblem;
}

export type FindSeries = (result: PipelineResult) => EntrySeries;

/** A filter that asks for `__error__` excuses what parsers could not read, never a value that is no number. */
const EXCUSABLE: ReadonlySet<string> = new Set(['JSONParserErr', 'LogfmtParserErr']);

export function createFindSeries(query: RangeAggregation, grouping: SeriesGrouping, index: SeriesIndex): FindSeries {
  // Loki takes the label that was unwrapped out of the series, or every value would be one of its own.
  const unwrapped = query.unwrap === undefined || grouping.kind === 'by' ? [] : [query.unwrap.label];
  const removed = new Set(grouping.kind === 'without' ? [...grouping.names, ...unwrapped] : unwrapped);
  const group =
    grouping.kind === 'by'
      ? (result: PipelineResult) => pickLabels(result, grouping.names)
      : (result: PipelineResult) => withoutLabels(result, removed);
  // `| drop __error__` excuses the error but leaves its details behind, and they tell series apart like any label.
  const leftOvers = (result: PipelineResult): [string, string][] =>
    grouping.kind === 'all' && result.errorDetails !== '' ? [['__error_details__', result.errorDetails]] : [];
  // Entries without labels of their own share the label object of their stream: one look-up instead of a new text.
  const streams = new WeakMap<Labels, EntrySeries>();
  return (result) => {
    if (result.error !== '') return failedSeries(result, index);
    const plain = isEmpty(result.parsed) && isEmpty(result.metadata) && result.errorDetails === '';
    const known = plain ? streams.get(result.stream) : undefined;
    if (known !== undefined) return known;
    const found: EntrySeries = { series: index.intern([...group(result), ...leftOvers(result)]) };
    if (plain) streams.set(result.stream, found);
    return found;
  };
}

/** Failed entries keep all their labels: a grouping would lose the error. */
function failedSeries(result: PipelineResult, index: SeriesIndex): EntrySeries {
  const labels: [string, string][] = [...withoutLabels(result, new Set()), ['__error__', result.error]];
  if (result.errorDetails !== '') labels.push(['__error_details__', result.errorDetails]);
  if (result.errorWanted && EXCUSABLE.has(result.error)) {
    return { series: index.intern([...labels, ['__preserve_error__', 'true']]) };
  }
  const series = index.intern(labels);
  return { series, problem: pipelineError(result.error, series.labels) };
}

function pickLabels(result: PipelineResult, names: readonly string[]): [string, string][] {
  const labels: [string, string][] = [];
  for (const name of names) {
    const value = readLabel(result.parsed, name) || readLabel(result.metadata, name) || readLabel(result.stream, name);
    if (value !== '') labels.push([name, value]);
  }
  return labels;
}

function* withoutLabels(result: PipelineResult, removed: ReadonlySet<string>): Generator<[string, string]> {
  for (const labels of [result.stream, result.metadata, result.parsed]) {
    for (const entry of Object.entries(labels)) if (!removed.has(entry[0])) yield entry;
  }
}

function isEmpty(labels: Labels): boolean {
  for (const _ in labels) return false;
  return true;
}
