// What label filters ask: comparisons of labels with texts, numbers, durations, sizes and addresses, joined by and, or.
import type { MatchOperator } from './matcher.ts';
import type { Span } from './span.ts';

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
