// Metric queries: aggregations over ranges and vectors, operations between them, literals.
import type { LogQuery } from './log-query.ts';
import type { Span } from './span.ts';
import type { LabelFilter } from './stage.ts';

export type MetricQuery =
  | RangeAggregation
  | VectorAggregation
  | BinaryOperation
  | LabelReplace
  | VectorLiteral
  | NumberLiteral;

export type RangeOperation =
  | 'rate'
  | 'rate_counter'
  | 'count_over_time'
  | 'bytes_rate'
  | 'bytes_over_time'
  | 'avg_over_time'
  | 'sum_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'stdvar_over_time'
  | 'stddev_over_time'
  | 'quantile_over_time'
  | 'first_over_time'
  | 'last_over_time'
  | 'absent_over_time';

/** `quantile_over_time(0.99, {…} | unwrap x [5m] offset 1h) by (y)`. */
export interface RangeAggregation {
  readonly kind: 'rangeAggregation';
  readonly span: Span;
  readonly operation: RangeOperation;
  /** Of quantile_over_time only, and always there. */
  readonly parameter?: number;
  /** The selector and the stages before `unwrap`. */
  readonly query: LogQuery;
  readonly unwrap?: UnwrapValue;
  readonly rangeNanos: bigint;
  /** 0n without `offset`; negative looks ahead. */
  readonly offsetNanos: bigint;
  readonly grouping?: Grouping;
}

export type UnwrapConversion = 'bytes' | 'duration' | 'duration_seconds';

/** `| unwrap duration(took) | __error__=""`: the label whose value counts, and the filters after it. */
export interface UnwrapValue {
  readonly kind: 'unwrap';
  readonly span: Span;
  readonly label: string;
  readonly conversion?: UnwrapConversion;
  readonly filters: readonly LabelFilter[];
}

/** `by (a)` or `without (a)`; `by ()` has no labels and is not the same as no grouping. */
export interface Grouping {
  readonly kind: 'grouping';
  readonly span: Span;
  readonly without: boolean;
  readonly labels: readonly string[];
}

export type VectorOperation =
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'approx_topk'
  | 'sort'
  | 'sort_desc';

export interface VectorAggregation {
  readonly kind: 'vectorAggregation';
  readonly span: Span;
  readonly operation: VectorOperation;
  /** Of topk, bottomk and approx_topk only, and always there: a whole number above 0. */
  readonly parameter?: number;
  readonly grouping?: Grouping;
  readonly operand: MetricQuery;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type ComparisonOperator = '==' | '!=' | '>' | '>=' | '<' | '<=';
export type SetOperator = 'and' | 'or' | 'unless';
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator;

export interface BinaryOperation {
  readonly kind: 'binary';
  readonly span: Span;
  readonly operator: BinaryOperator;
  /** `bool`: 0 and 1 instead of filtering. */
  readonly returnBool: boolean;
  readonly matching?: VectorMatching;
  readonly left: MetricQuery;
  readonly right: MetricQuery;
}

/** `on (a) group_left (b)`; `group_left` makes the left side the many. */
export interface VectorMatching {
  readonly kind: 'matching';
  readonly span: Span;
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly group?: 'left' | 'right';
  readonly include: readonly string[];
}

/** `label_replace(v, "destination", "replacement", "source", "expression")`; the expression is anchored. */
export interface LabelReplace {
  readonly kind: 'labelReplace';
  readonly span: Span;
  readonly operand: MetricQuery;
  readonly destination: string;
  readonly replacement: string;
  readonly source: string;
  readonly expression: string;
}

/** `vector(1)`. */
export interface VectorLiteral {
  readonly kind: 'vector';
  readonly span: Span;
  readonly value: number;
}

export interface NumberLiteral {
  readonly kind: 'number';
  readonly span: Span;
  readonly value: number;
}
