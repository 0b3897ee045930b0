// The identity of a series: labels in, one object per distinct label set out, so that steps compare pointers instead of texts.
import type { Labels } from '../pipeline/entry.ts';

/** One label set; the same object wherever a query meets the set again. */
export interface Series {
  /** Sorted by name. */
  readonly labels: Labels;
  /** Unambiguous text of the labels. */
  readonly key: string;
}

export interface SeriesIndex {
  /** In any order; sorted here. */
  readonly intern: (labels: Iterable<readonly [name: string, value: string]>) => Series;
}

export function createSeriesIndex(): SeriesIndex {
  const known = new Map<string, Series>();
  return {
    intern(labels) {
      const sorted = [...labels].sort(byName);
      const key = printKey(sorted);
      let series = known.get(key);
      if (series === undefined) {
        series = { labels: Object.fromEntries(sorted), key };
        known.set(key, series);
      }
      return series;
    },
  };
}

/** '' when it is missing: LogQL makes no difference. Names are the user's, so `constructor` must not find Object's own. */
export function readLabel(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}

/** The order in which Loki lists series: label by label, name before value, the shorter set first. */
export function compareLabels(left: Labels, right: Labels): number {
  const lefts = Object.entries(left);
  const rights = Object.entries(right);
  for (const [at, [name, value]] of lefts.entries()) {
    const other = rights[at];
    if (other === undefined) return 1;
    const order = compareTexts(name, other[0]) || compareTexts(value, other[1]);
    if (order !== 0) return order;
  }
  return lefts.length - rights.length;
}

export function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function byName(left: readonly [string, string], right: readonly [string, string]): number {
  return compareTexts(left[0], right[0]);
}

/** Lengths in front, so that no value can pretend to be the next label. */
function printKey(sorted: readonly (readonly [string, string])[]): string {
  let key = '';
  for (const [name, value] of sorted) key += `${name.length}:${name}${value.length}:${value}`;
  return key;
}
