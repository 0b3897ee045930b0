// `name="value"`: what selectors are made of, and drop and keep may have too.
import type { Span } from './span.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** `name="value"`; regexps are anchored at both ends and known to compile. */
export interface Matcher {
  readonly kind: 'matcher';
  readonly span: Span;
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}
