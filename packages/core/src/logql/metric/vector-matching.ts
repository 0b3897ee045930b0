// Which samples of two vectors belong together, and what the pair is called: the matching clause in, signatures and result series out.
import type { VectorMatching } from '../syntax/ast.ts';
import { readLabel, type Series, type SeriesIndex } from './series.ts';

/** `many` is the side that may have several samples of one signature; with one-to-one it is the left. */
export interface Matching {
  readonly signature: (series: Series) => Series;
  readonly resultSeries: (many: Series, one: Series) => Series;
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many';
}

export function createMatching(clause: VectorMatching | undefined, index: SeriesIndex): Matching {
  const names = clause?.labels ?? [];
  const listed = new Set(names);
  const on = clause?.on === true;
  const include = clause?.include ?? [];
  const cardinality =
    clause?.group === undefined ? 'one-to-one' : clause.group === 'left' ? 'many-to-one' : 'one-to-many';

  const keep = ({ labels }: Series): [string, string][] =>
    on
      ? names.map((name): [string, string] => [name, readLabel(labels, name)]).filter(([, value]) => value !== '')
      : Object.entries(labels).filter(([name, value]) => !listed.has(name) && value !== '');
  const signature = remember((series: Series) => index.intern(keep(series)));
  const withIncluded = rememberPair((many: Series, one: Series) => {
    const labels = new Map(Object.entries(many.labels));
    for (const name of include) {
      const value = readLabel(one.labels, name);
      if (value === '') labels.delete(name);
      else labels.set(name, value);
    }
    return index.intern(labels);
  });
  return {
    signature,
    cardinality,
    // A pair of equals is called by what it has in common; one of many keeps its labels.
    resultSeries: cardinality === 'one-to-one' ? (left) => signature(left) : withIncluded,
  };
}

function remember(compute: (series: Series) => Series): (series: Series) => Series {
  const known = new Map<Series, Series>();
  return (series) => {
    let result = known.get(series);
    if (result === undefined) {
      result = compute(series);
      known.set(series, result);
    }
    return result;
  };
}

function rememberPair(compute: (many: Series, one: Series) => Series): (many: Series, one: Series) => Series {
  const known = new Map<Series, (many: Series) => Series>();
  return (many, one) => {
    let ofOne = known.get(one);
    if (ofOne === undefined) {
      ofOne = remember((series) => compute(series, one));
      known.set(one, ofOne);
    }
    return ofOne(many);
  };
}
