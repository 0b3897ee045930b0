// A log query: a selector of streams and the pipeline their entries go through.
import type { Matcher } from './matcher.ts';
import type { Span } from './span.ts';
import type { Stage } from './stage.ts';

/** `{a="b"} |= "x" | json`: at least one matcher does not match the empty string. */
export interface LogQuery {
  readonly kind: 'log';
  readonly span: Span;
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
}
