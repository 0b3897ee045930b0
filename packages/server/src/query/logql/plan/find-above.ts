// The aggregation right above a range aggregation, where it asks series for nothing but the labels it groups by: query in, these labels out.
import type { MetricQuery, RangeAggregation, VectorOperation } from '@kubewitness/core/logql';

/** Others hand on the labels of the series they choose. */
const GROUPING = new Set<VectorOperation>(['sum', 'count', 'avg', 'min', 'max', 'stddev', 'stdvar']);

export function findAbove(query: MetricQuery, range: RangeAggregation): readonly string[] | undefined {
  switch (query.kind) {
    case 'vectorAggregation': {
      const { operation, operand, grouping } = query;
      if (operand !== range) return findAbove(operand, range);
      return GROUPING.has(operation) && grouping?.without !== true ? [...new Set(grouping?.labels)] : undefined;
    }
    case 'labelReplace':
      return findAbove(query.operand, range);
    case 'binary':
      return findAbove(query.left, range) ?? findAbove(query.right, range);
    default:
      return undefined;
  }
}
