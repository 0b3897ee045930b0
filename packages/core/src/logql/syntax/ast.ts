// The shape of a LogQL query: plain readonly nodes, each with its `kind` and the place in the text it was read from. Nothing flows; everyone who reads a query reads this.

/** Offsets into the query text in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Query = LogQuery | MetricQuery;

// ---- log queries

/** `{a="b"} |= "x" | json`: at least one matcher does not match the empty string. */
export interface LogQuery {
  readonly kind: 'log';
  readonly span: Span;
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
}

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** `name="value"`; regexps are anchored at both ends and known to compile. */
export interface Matcher {
  readonly kind: 'matcher';
  readonly span: Span;
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

export type Stage =
  | LineFilter
  | JsonParser
  | LogfmtParser
  | RegexpParser
  | PatternParser
  | Unpack
  | LabelFilter
  | LineFormat
  | LabelFormat
  | Drop
  | Keep
  | Decolorize;

export type LineFilterOperator = '|=' | '!=' | '|~' | '!~' | '|>' | '!>';

/** `|= "a" or "b"`: with `|…` any alternative is enough, with `!…` none may be there. */
export interface LineFilter {
  readonly kind: 'lineFilter';
  readonly span: Span;
  readonly operator: LineFilterOperator;
  /** Never empty. `ip` only with `|=` and `!=`. */
  readonly alternatives: readonly LineFilterAlternative[];
}

export interface LineFilterAlternative {
  readonly kind: 'text' | 'ip';
  readonly span: Span;
  readonly value: string;
}

/** `label="path"`; `| json a` alone stands for `a="a"`. */
export interface Extraction {
  readonly kind: 'extraction';
  readonly span: Span;
  readonly label: string;
  readonly path: string;
}

/** `| json`, of everything when there are no extractions. */
export interface JsonParser {
  readonly kind: 'json';
  readonly span: Span;
  readonly extractions: readonly Extraction[];
}

/** `| logfmt --strict --keep-empty a="b"`. */
export interface LogfmtParser {
  readonly kind: 'logfmt';
  readonly span: Span;
  readonly strict: boolean;
  readonly keepEmpty: boolean;
  readonly extractions: readonly Extraction[];
}

export interface RegexpParser {
  readonly kind: 'regexp';
  readonly span: Span;
  readonly expression: string;
}

export interface PatternParser {
  readonly kind: 'pattern';
  readonly span: Span;
  readonly expression: string;
}

export interface Unpack {
  readonly kind: 'unpack';
  readonly span: Span;
}

export interface LabelFilter {
  readonly kind: 'labelFilter';
  readonly span: Span;
  readonly condition: Condition;
}

/** What a label filter asks for; `,` and mere adjacency are `and`. */
export type Condition = BothConditions | EitherCondition | LabelComparison;

export interface BothConditions {
  readonly kind: 'and';
  readonly span: Span;
  readonly left: Condition;
  readonly right: Condition;
}

export interface EitherCondition {
  readonly kind: 'or';
  readonly span: Span;
  readonly left: Condition;
  readonly right: Condition;
}

export type LabelComparison = StringComparison | NumberComparison | DurationComparison | BytesComparison | IpComparison;

/** `=` and `==` are both `==` here. */
export type ValueOperator = '==' | '!=' | '>' | '>=' | '<' | '<=';

export interface StringComparison {
  readonly kind: 'string';
  readonly span: Span;
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

export interface NumberComparison {
  readonly kind: 'number';
  readonly span: Span;
  readonly label: string;
  readonly operator: ValueOperator;
  readonly value: number;
}

export interface DurationComparison {
  readonly kind: 'duration';
  readonly span: Span;
  readonly label: string;
  readonly operator: ValueOperator;
  readonly nanos: bigint;
}

export interface BytesComparison {
  readonly kind: 'bytes';
  readonly span: Span;
  readonly label: string;
  readonly operator: ValueOperator;
  readonly bytes: number;
}

/** `addr=ip("10.0.0.0/8")`: an address, a range `a-b` or a CIDR block. */
export interface IpComparison {
  readonly kind: 'ip';
  readonly span: Span;
  readonly label: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

export interface LineFormat {
  readonly kind: 'lineFormat';
  readonly span: Span;
  readonly template: string;
}

/** `| label_format a=b, c="{{.d}}"`; no label is set twice. */
export interface LabelFormat {
  readonly kind: 'labelFormat';
  readonly span: Span;
  readonly assignments: readonly LabelAssignment[];
}

export type LabelAssignment = LabelRename | LabelTemplate;

export interface LabelRename {
  readonly kind: 'rename';
  readonly span: Span;
  readonly label: string;
  readonly source: string;
}

export interface LabelTemplate {
  readonly kind: 'template';
  readonly span: Span;
  readonly label: string;
  readonly template: string;
}

export interface Drop {
  readonly kind: 'drop';
  readonly span: Span;
  readonly targets: readonly LabelTarget[];
}

export interface Keep {
  readonly kind: 'keep';
  readonly span: Span;
  readonly targets: readonly LabelTarget[];
}

/** A label by its name, or only where its value matches. */
export type LabelTarget = LabelName | Matcher;

export interface LabelName {
  readonly kind: 'labelName';
  readonly span: Span;
  readonly name: string;
}

export interface Decolorize {
  readonly kind: 'decolorize';
  readonly span: Span;
}

// ---- metric queries

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
