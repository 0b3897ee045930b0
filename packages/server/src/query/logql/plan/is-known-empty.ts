// Selections that no row can be in: what is known of all rows in, yes or no out, without a statement.
import { createStreamMatcher } from '@kubewitness/core/logql';
import type { Selection } from '../../../loki/index.ts';
import { isStreamColumn } from './event-labels.ts';
import { overlaps, type RowFacts } from './row-facts.ts';
import { isLabelledNowhere } from './stored-labels.ts';

/** Labels without a column can only have been pushed. */
function wantsPushed({ matchers }: Selection): boolean {
  return matchers.some((matcher) => !isStreamColumn(matcher.name) && !createStreamMatcher([matcher])({}));
}

/** `facts`: of every row in the store; undefined when that is not known at this moment. */
export function isKnownEmpty(selection: Selection, facts: RowFacts | undefined): boolean {
  if (facts === undefined) return false;
  const { startNanos, endNanos } = selection;
  if (wantsPushed(selection) && !overlaps(facts.pushed, startNanos, endNanos)) return true;
  return facts.labels !== undefined && isLabelledNowhere(selection, facts.labels);
}
