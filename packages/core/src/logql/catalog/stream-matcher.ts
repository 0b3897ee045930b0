// The selector as a question to one stream: matchers in, a test of label sets out.
import { readLabel } from '../metric/index.ts';
import type { Labels } from '../pipeline/entry.ts';
import { compileMatcher } from '../pipeline/matcher.ts';
import type { Matcher } from '../syntax/ast.ts';

/** All must hold; a label that is missing is empty. Expressions are anchored and known to compile. */
export function createStreamMatcher(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(createTest);
  const known = new WeakMap<Labels, boolean>();
  return (labels) => {
    let matches = known.get(labels);
    if (matches === undefined) {
      matches = tests.every((test) => test(labels));
      known.set(labels, matches);
    }
    return matches;
  };
}

function createTest({ name, operator, value }: Matcher): (labels: Labels) => boolean {
  const matches = compileMatcher(operator, value);
  return (labels) => matches(readLabel(labels, name));
}
