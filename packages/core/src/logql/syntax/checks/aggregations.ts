// What an aggregation may be written with: parameter, unwrap, grouping. Undefined, or Loki's sentence.
import type { RangeOperation, VectorOperation } from '../ast.ts';
import { parseFloatText } from '../lexer/go-float.ts';

/** Count lines or their bytes, and take no unwrapped value; the two in both lists take either. */
const OF_LINES: ReadonlySet<RangeOperation> = new Set([
  ...(['count_over_time', 'rate', 'bytes_over_time', 'bytes_rate', 'absent_over_time'] as const),
]);
const OF_LINES_ONLY: ReadonlySet<RangeOperation> = new Set(['count_over_time', 'bytes_over_time', 'bytes_rate']);
const GROUPED: ReadonlySet<RangeOperation> = new Set([
  ...(['avg_over_time', 'min_over_time', 'max_over_time', 'stddev_over_time', 'stdvar_over_time'] as const),
  ...(['quantile_over_time', 'first_over_time', 'last_over_time'] as const),
]);

export function findRangeProblem(
  operation: RangeOperation,
  parameter: string | undefined,
  unwraps: boolean,
  groups: boolean,
): string | undefined {
  if (operation === 'quantile_over_time') {
    if (parameter === undefined) return `parameter required for operation ${operation}`;
    const { problem } = parseFloatText(parameter);
    if (problem !== undefined) return `invalid parameter for operation ${operation}: ${problem}`;
  } else if (parameter !== undefined) return `parameter ${parameter} not supported for operation ${operation}`;
  if (groups && !GROUPED.has(operation)) return `grouping not allowed for ${operation} aggregation`;
  if (unwraps && OF_LINES_ONLY.has(operation)) return `invalid aggregation ${operation} with unwrap`;
  if (!unwraps && !OF_LINES.has(operation)) return `invalid aggregation ${operation} without unwrap`;
  return undefined;
}

export function findVectorProblem(
  operation: VectorOperation,
  parameter: string | undefined,
  groups: boolean,
): string | undefined {
  const takesOne = operation === 'topk' || operation === 'bottomk' || operation === 'approx_topk';
  if (!takesOne)
    return parameter === undefined ? undefined : `unsupported parameter for operation ${operation}(${parameter},`;
  if (parameter === undefined) return `parameter required for operation ${operation}`;
  if (!/^\d+$/.test(parameter) || BigInt(parameter) >= 2n ** 63n) return `invalid parameter ${operation}(${parameter},`;
  if (Number(parameter) <= 0) return `invalid parameter (must be greater than 0) ${operation}(${parameter}`;
  if (operation === 'approx_topk' && groups) return `grouping not allowed for ${operation} aggregation`;
  return undefined;
}
