// Plan of a range aggregation: query and grouping in; the SQL of its partial sums, or why it has none, out.
import type { RangeAggregation, SeriesGrouping } from '@kubewitness/core/logql';
import { LABEL_COLUMNS } from '../label-sql.ts';
import { ABSENT, type LabelSql } from './event-labels.ts';
import { listDoubtful } from './plan-paths.ts';
import { type Need, planStages, type StagesPlan } from './plan-stages.ts';
import { planEach, planValue, type ValueSql } from './plan-value.ts';

/** How a row of the answer tells its series. */
export type SeriesColumns =
  | { readonly kind: 'names'; readonly names: readonly string[]; readonly labels: readonly LabelSql[] }
  /** All labels of the stream but some. */
  | { readonly kind: 'stream'; readonly removed: ReadonlySet<string> };

export interface RangeSums {
  readonly kind: 'sums';
  readonly stages: StagesPlan;
  readonly conditions: readonly string[];
  readonly needs: ReadonlySet<Need>;
  /** True of sound rows that SQL cannot answer for all the same. */
  readonly doubts: readonly string[];
  readonly series: SeriesColumns;
  /** Of the rows of one series and piece of time. */
  readonly value: ValueSql;
  /** Each row has a series of its own; those of `series` are the groups of what stands above. */
  readonly alike: boolean;
}

export type RangePlan = RangeSums | { readonly kind: 'entries'; readonly stages: StagesPlan; readonly why: string };

/** Columns of collected rows; pushed rows bring a map of their own. */
export const STREAM_LABELS: readonly (readonly [name: string, column: string])[] = Object.entries(LABEL_COLUMNS);

/** What tells rows apart must be among the labels of their series. */
const OWN: ReadonlySet<string> = new Set(['auditID', 'stage']);

const isBytes = ({ operation }: RangeAggregation): boolean =>
  operation === 'bytes_over_time' || operation === 'bytes_rate';

/** Parsers have work, and may fail, only where somebody reads a label. */
function readsLabels({ query, unwrap }: RangeAggregation, grouping: SeriesGrouping): boolean {
  if (unwrap !== undefined || grouping.kind !== 'by' || grouping.names.length > 0) return true;
  return query.stages.some(({ kind }) => kind === 'labelFilter' || kind === 'labelFormat' || kind === 'lineFormat');
}

function chooseSeries(grouping: SeriesGrouping, { parses, find }: StagesPlan): SeriesColumns | string {
  if (grouping.kind !== 'by') {
    if (parses) return 'series of all labels of a line are put together by the server';
    return { kind: 'stream', removed: new Set(grouping.kind === 'without' ? grouping.names : []) };
  }
  const labels: LabelSql[] = [];
  for (const name of grouping.names) {
    // Errors are no labels of a line; where nothing fails nobody has one.
    const label = name.startsWith('__error') && !parses ? undefined : find(name);
    if (label === undefined) return `${name} has no column`;
    labels.push(label);
  }
  return { kind: 'names', names: grouping.names, labels };
}

/**
 * Series of all labels, which only the line knows; but who groups them by columns need not know them where each row has one of its own
 * (`read-alike.ts` asks whether).
 */
function groupAlike(
  { unwrap }: RangeAggregation,
  grouping: SeriesGrouping,
  { whole, find }: StagesPlan,
  above: readonly string[] | undefined,
): SeriesColumns | undefined {
  if (above === undefined || grouping.kind !== 'all' || !whole || OWN.has(unwrap?.label ?? '')) return undefined;
  // What was unwrapped is no label of the series.
  const labels = above.map((name) => (name === unwrap?.label ? ABSENT : find(name)));
  const known = labels.filter((label) => label !== undefined);
  return known.length < labels.length ? undefined : { kind: 'names', names: above, labels: known };
}

/** All that the statement of these sums reads of a row. */
export function listExpressions({ series, conditions, value }: Pick<RangeSums, 'series' | 'conditions' | 'value'>) {
  const labels = series.kind === 'names' ? series.labels.map(({ sql }) => sql) : [];
  return [...labels, ...conditions, value.sql, value.beside ?? ''];
}

/** `above`: names that the aggregation right above groups series by, if it asks them for nothing else. */
export function planRange(range: RangeAggregation, grouping: SeriesGrouping, above?: readonly string[]): RangePlan {
  // What stands behind unwrap filters the labels as they were before it.
  const { unwrap } = range;
  const stages = planStages([...range.query.stages, ...(unwrap?.filters ?? [])]);
  const entries = (why: string): RangePlan => ({ kind: 'entries', stages, why });
  if (!stages.exact) return entries('a stage is run by the server');
  const alike = groupAlike(range, grouping, stages, above);
  const series = alike ?? chooseSeries(grouping, stages);
  if (typeof series === 'string') return entries(series);
  if (
    series.kind === 'stream' &&
    range.query.stages.some(({ kind }) => kind === 'drop' || kind === 'keep' || kind === 'labelFormat')
  )
    return entries('the labels of the stream were changed');
  if (unwrap !== undefined && !stages.parses) return entries(`${unwrap.label} is not read out of an audit event`);
  if (isBytes(range) && stages.rewrites) return entries('bytes of a line that was written anew');
  const value = (alike === undefined ? planValue : planEach)(range, stages.find);
  if (typeof value === 'string') return entries(value);
  const conditions = [...stages.conditions.map(({ sql }) => sql), ...value.conditions];
  const needs = new Set(stages.needs);
  if (isBytes(range)) needs.add('text');
  if (value.kind === 'first' || value.kind === 'last') needs.add('moment');
  if (stages.parses && readsLabels(range, grouping)) needs.add('event');
  else if (series.kind === 'stream' || series.names.length > 0) needs.add('labels');
  const doubts = listDoubtful(stages.partial, listExpressions({ series, conditions, value }));
  if (doubts.length > 0 && needs.has('moment')) return entries('a value may be an object, which only its line shows');
  return { kind: 'sums', stages, conditions, needs, doubts, series, value, alike: alike !== undefined };
}
