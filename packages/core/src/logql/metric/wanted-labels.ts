// Which labels a range aggregation needs of its entries: its place in the query in, the names worth parsing out.
import type { WantedLabels } from '../pipeline/entry.ts';
import type { Grouping, MetricQuery, RangeAggregation, RangeOperation, VectorOperation } from '../syntax/ast.ts';

/** How entries become series: by all labels, by some, by none. */
export type SeriesGrouping =
  | { readonly kind: 'all' }
  | { readonly kind: 'by'; readonly names: readonly string[] }
  | { readonly kind: 'without'; readonly names: readonly string[] };

/** Sums of these can be taken apart in any way, so the grouping of a `sum` around them may be done at the entries. */
const SUMMABLE: ReadonlySet<RangeOperation> = new Set([
  'bytes_over_time',
  'bytes_rate',
  'sum_over_time',
  'rate',
  'count_over_time',
]);

/** The greatest of all is the greatest of the greatest, whichever way they are grouped. */
const isExtremeOf = (parent: VectorOperation, child: RangeOperation): boolean =>
  `${parent}_over_time` === child && (parent === 'max' || parent === 'min');

/** The grouping that a `sum`, `max` or `min` hands down to the range aggregation it stands on, if it may. */
export function handDownGrouping(parent: MetricQuery, child: RangeAggregation): SeriesGrouping | undefined {
  if (parent.kind !== 'vectorAggregation' || child.grouping !== undefined) return undefined;
  const grouping = readGrouping(parent.grouping) ?? { kind: 'by', names: [] };
  if (parent.operation === 'sum') return SUMMABLE.has(child.operation) ? grouping : undefined;
  if (!isExtremeOf(parent.operation, child.operation) || grouping.kind !== 'by') return undefined;
  // What no series has that was made of all labels: the unwrapped label; and what only such a series has: what is left of errors.
  const isPlain = (name: string) => name !== child.unwrap?.label && !name.startsWith('__');
  return grouping.names.every(isPlain) ? grouping : undefined;
}

export function selectGrouping(query: RangeAggregation, handedDown: SeriesGrouping | undefined): SeriesGrouping {
  // Only whether there is any series counts.
  if (query.operation === 'absent_over_time') return { kind: 'by', names: [] };
  return handedDown ?? readGrouping(query.grouping) ?? { kind: 'all' };
}

/**
 * Parsers stop when they have what is wanted, and meet no fault behind it: `sum(count_over_time({…} | json [1m]))` parses nothing and
 * counts broken lines, `sum by (verb) (…)` refuses them. Seen in the answers, so it is part of the language.
 */
export function findWantedLabels(
  { operation, grouping: own }: RangeAggregation,
  grouping: SeriesGrouping,
): WantedLabels {
  // Loki hands nothing down to these, and its parsers read all of the line.
  if (own === undefined && (operation === 'max_over_time' || operation === 'min_over_time')) return { kind: 'all' };
  return grouping.kind === 'by' ? { kind: 'some', names: grouping.names } : { kind: 'all' };
}

function readGrouping(grouping: Grouping | undefined): SeriesGrouping | undefined {
  if (grouping === undefined) return undefined;
  return { kind: grouping.without ? 'without' : 'by', names: [...new Set(grouping.labels)] };
}
