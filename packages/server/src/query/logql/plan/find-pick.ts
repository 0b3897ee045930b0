// `topk` and `bottomk` right above a sum that is made by groups: then the engine need not hand out the groups that are not picked. Query in, the pick out.
import type { MetricQuery, RangeAggregation } from '@kubewitness/core/logql';

/** Groups with one of the first `count` values; of equal ones all, since only the reference knows their order. */
export interface GroupPick {
  readonly count: number;
  readonly order: 'DESC' | 'ASC';
}

/** Sums of these have one series for each group of the statement, and grow with its value. */
const GROWING: ReadonlySet<RangeAggregation['operation']> = new Set([
  ...(['count_over_time', 'rate', 'bytes_over_time', 'bytes_rate'] as const),
]);

export function findPick(query: MetricQuery, range: RangeAggregation): GroupPick | undefined {
  switch (query.kind) {
    case 'vectorAggregation': {
      const { operation, operand, grouping, parameter } = query;
      const picks = operation === 'topk' || operation === 'bottomk';
      if (!picks || operand.kind !== 'vectorAggregation' || operand.operand !== range) return findPick(operand, range);
      if (grouping !== undefined || operand.operation !== 'sum' || parameter === undefined) return undefined;
      if (!GROWING.has(range.operation) || range.unwrap !== undefined || range.grouping !== undefined) return undefined;
      return { count: parameter, order: operation === 'topk' ? 'DESC' : 'ASC' };
    }
    case 'labelReplace':
      return findPick(query.operand, range);
    case 'binary':
      return findPick(query.left, range) ?? findPick(query.right, range);
    default:
      return undefined;
  }
}
