// sum, avg, topk and the like: one vector per step in, the vector of its groups out.
import type { Grouping, VectorAggregation } from '../syntax/ast.ts';
import { createGroupFunction, type GroupFunction } from './group-functions.ts';
import { compareTexts, readLabel, type Series, type SeriesIndex } from './series.ts';
import type { Sample, StepNode, Vector } from './vector.ts';

export function createVectorAggregation(query: VectorAggregation, operand: StepNode, index: SeriesIndex): StepNode {
  const combine = selectCombination(query, index);
  return {
    step(at, timeNanos) {
      const result = operand.step(at, timeNanos);
      return result.ok ? { ok: true, vector: combine(result.vector) } : result;
    },
  };
}

function selectCombination(query: VectorAggregation, index: SeriesIndex): (vector: Vector) => Vector {
  const findGroup = createFindGroup(query.grouping, index);
  switch (query.operation) {
    case 'sort':
      return (vector) => [...vector].sort(smallestFirst);
    case 'sort_desc':
      return (vector) => [...vector].sort(greatestFirst);
    case 'topk':
    case 'approx_topk':
      return (vector) => pickFirst(vector, query.parameter ?? 0, greatestFirst, findGroup);
    case 'bottomk':
      return (vector) => pickFirst(vector, query.parameter ?? 0, smallestFirst, findGroup);
    default: {
      const { operation } = query;
      return (vector) => aggregate(vector, () => createGroupFunction(operation), findGroup);
    }
  }
}

function aggregate(vector: Vector, create: () => GroupFunction, findGroup: (series: Series) => Series): Vector {
  const groups = new Map<Series, GroupFunction>();
  for (const { series, value, count } of vector) {
    const group = findGroup(series);
    let state = groups.get(group);
    if (state === undefined) {
      state = create();
      groups.set(group, state);
    }
    state.add(value, count ?? 1);
  }
  return Array.from(groups, ([series, state]) => ({ series, value: state.result() }));
}

/** topk and bottomk choose among the samples and leave their labels alone. */
function pickFirst(
  vector: Vector,
  count: number,
  order: (left: Sample, right: Sample) => number,
  findGroup: (series: Series) => Series,
): Vector {
  const groups = new Map<Series, Sample[]>();
  for (const sample of vector) {
    const group = findGroup(sample.series);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [sample]);
    else members.push(sample);
  }
  return [...groups.values()].flatMap((members) => members.sort(order).slice(0, count));
}

/** Which group a series is in; asked once for each series, not for each step. */
function createFindGroup(grouping: Grouping | undefined, index: SeriesIndex): (series: Series) => Series {
  const found = new Map<Series, Series>();
  const names = [...new Set(grouping?.labels)];
  const removed = new Set(names);
  const labelsOf =
    grouping?.without === true
      ? ({ labels }: Series) => Object.entries(labels).filter(([name, value]) => !removed.has(name) && value !== '')
      : ({ labels }: Series) =>
          names.map((name) => [name, readLabel(labels, name)] as const).filter(([, value]) => value !== '');
  return (series) => {
    let group = found.get(series);
    if (group === undefined) {
      group = index.intern(labelsOf(series));
      found.set(series, group);
    }
    return group;
  };
}

/** What is no number comes last in both directions; equal values in an order that does not depend on the entries', so that answers repeat. */
function smallestFirst(left: Sample, right: Sample): number {
  return compareNumbers(left.value, right.value) || compareTexts(left.series.key, right.series.key);
}

function greatestFirst(left: Sample, right: Sample): number {
  if (Number.isNaN(left.value) || Number.isNaN(right.value)) return smallestFirst(left, right);
  return compareNumbers(right.value, left.value) || compareTexts(left.series.key, right.series.key);
}

function compareNumbers(left: number, right: number): number {
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1;
  if (Number.isNaN(right)) return -1;
  return left < right ? -1 : left > right ? 1 : 0;
}
