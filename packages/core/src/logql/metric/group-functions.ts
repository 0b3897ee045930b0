// The aggregations over the samples of one group at one step: values in, in any order, one number out.
import type { VectorOperation } from '../syntax/ast.ts';
import { addToMean } from './range-functions.ts';

/** Never asked for its result before a value was added. */
export interface GroupFunction {
  /** `count`: of how many samples. */
  readonly add: (value: number, count: number) => void;
  readonly result: () => number;
}

type Aggregation = Exclude<VectorOperation, 'topk' | 'bottomk' | 'approx_topk' | 'sort' | 'sort_desc'>;

export function createGroupFunction(operation: Aggregation): GroupFunction {
  switch (operation) {
    case 'sum':
      return summing();
    case 'min':
      return fold((best, value) => (value < best || Number.isNaN(best) ? value : best));
    case 'max':
      return fold((best, value) => (value > best || Number.isNaN(best) ? value : best));
    case 'count':
      return counting();
    case 'avg':
      return averaging();
    case 'stdvar':
      return spreading((variance) => variance);
    case 'stddev':
      return spreading(Math.sqrt);
  }
}

function fold(next: (state: number, value: number) => number): GroupFunction {
  let state: number | undefined;
  return {
    add(value) {
      state = state === undefined ? value : next(state, value);
    },
    result: () => state ?? Number.NaN,
  };
}

function summing(): GroupFunction {
  const folded = fold((total, value) => total + value);
  return { ...folded, add: (value, count) => folded.add(value * count, 1) };
}

function counting(): GroupFunction {
  let total = 0;
  return {
    add(_value, count) {
      total += count;
    },
    result: () => total,
  };
}

function averaging(): GroupFunction {
  let mean = 0;
  let total = 0;
  return {
    add(value, count) {
      total += count;
      mean = addToMean(mean, value, total, count);
    },
    result: () => mean,
  };
}

function spreading(finish: (variance: number) => number): GroupFunction {
  let mean = 0;
  let squares = 0;
  let total = 0;
  return {
    add(value, count) {
      total += count;
      const delta = value - mean;
      mean += (delta * count) / total;
      squares += delta * count * (value - mean);
    },
    result: () => finish(squares / total),
  };
}
