// Loki cuts the range of an instant query into pieces and aggregates each alone: a sum of sums is a sum, but a sum of maxima is no maximum. The query in, how its pieces are put together again out.
import type {
  MetricQuery,
  RangeAggregation,
  RangeOperation,
  VectorAggregation,
  VectorOperation,
} from '../syntax/ast.ts';
import type { SeriesIndex } from './series.ts';
import type { StepNode, Vector } from './vector.ts';
import { createVectorAggregation } from './vector-aggregation.ts';

const SPLIT_VECTORS: ReadonlySet<VectorOperation> = new Set([
  ...(['sum', 'count', 'max', 'min', 'avg', 'topk', 'sort', 'sort_desc'] as const),
]);
const SPLIT_RANGES: ReadonlySet<RangeOperation> = new Set([
  ...(['rate', 'bytes_rate', 'bytes_over_time', 'count_over_time'] as const),
  ...(['sum_over_time', 'max_over_time', 'min_over_time'] as const),
]);
const HANDED_DOWN: ReadonlySet<VectorOperation> = new Set(['sum', 'max', 'min', 'avg']);
const PARSERS: ReadonlySet<string> = new Set(['json', 'logfmt', 'regexp', 'pattern', 'unpack']);

/** Loki looks at the outside first, and leaves whole what it cannot split. */
export function isSplittable(query: MetricQuery): boolean {
  switch (query.kind) {
    case 'vectorAggregation':
      return SPLIT_VECTORS.has(query.operation) && isSplittable(query.operand);
    case 'rangeAggregation':
      return SPLIT_RANGES.has(query.operation);
    case 'labelReplace':
      return isSplittable(query.operand);
    case 'binary':
      return (
        query.right.kind === 'number' ||
        isSplittable(query.left) ||
        (query.left.kind === 'number' && isSplittable(query.right))
      );
    default:
      return false;
  }
}

/** `again`: the outer aggregation once more, over what the pieces gave. */
export type Joint = 'sum' | 'max' | 'min' | 'again';

/** Undefined where pieces give what the whole gives, or Loki does not cut; those are evaluated as they stand. */
export function chooseJoint(outer: VectorAggregation, inner: RangeAggregation, splitNanos: bigint): Joint | undefined {
  const { operation } = inner;
  if (inner.rangeNanos <= splitNanos || !SPLIT_RANGES.has(operation) || !HANDED_DOWN.has(outer.operation)) {
    return undefined;
  }
  const parses = inner.query.stages.some(({ kind }) => PARSERS.has(kind));
  let joint: Joint = 'sum';
  if (operation === 'max_over_time') joint = 'max';
  else if (operation === 'min_over_time') joint = 'min';
  else if (parses && (operation === 'rate' || operation === 'bytes_rate')) return undefined;
  else if (parses && operation !== 'sum_over_time') joint = 'again';
  return joint === outer.operation || (joint === 'again' && outer.operation === 'sum') ? undefined : joint;
}

/** The same range aggregation over one piece. Its node is asked for the ends of all pieces, the oldest first. */
export function cutRange(inner: RangeAggregation, splitNanos: bigint): RangeAggregation {
  return { ...inner, rangeNanos: splitNanos };
}

/** `piece` gives the inner aggregation of one piece; the oldest may be shorter, as nothing before the whole range was read. */
export function createJoint(
  outer: VectorAggregation,
  inner: RangeAggregation,
  piece: StepNode,
  options: { readonly joint: Joint; readonly splitNanos: bigint; readonly index: SeriesIndex },
): StepNode {
  const { joint, splitNanos, index } = options;
  const ofPiece = createVectorAggregation(outer, piece, index);
  const count = (inner.rangeNanos + splitNanos - 1n) / splitNanos;
  // Rates are per second of the whole range, not of a piece.
  const perSecond = inner.operation === 'rate' || inner.operation === 'bytes_rate';
  const scale = perSecond ? Number(splitNanos) / Number(inner.rangeNanos) : 1;
  const pieces: StepNode = {
    step(_at, timeNanos) {
      const vectors: Vector[] = [];
      for (let before = count - 1n; before >= 0n; before--) {
        const result = ofPiece.step(0, timeNanos - before * splitNanos);
        if (!result.ok) return result;
        vectors.push(result.vector);
      }
      return { ok: true, vector: vectors.flat().map(({ series, value }) => ({ series, value: value * scale })) };
    },
  };
  if (joint === 'again') return createVectorAggregation(outer, pieces, index);
  const grouping = { kind: 'grouping' as const, span: outer.span, without: true, labels: [] };
  const { span, operand } = outer;
  return createVectorAggregation(
    { kind: 'vectorAggregation', span, operand, operation: joint, grouping },
    pieces,
    index,
  );
}
