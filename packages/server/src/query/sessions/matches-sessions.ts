// Whether a selector asks for sessions: matchers in, a yes or no out. Whoever plans a query asks this first.
import { createStreamMatcher, type Matcher } from '@kubewitness/core/logql';

/** Labels whose values differ from session to session; every other label but log_type is absent. */
const VARYING: ReadonlySet<string> = new Set(['cluster', 'component', 'event', 'kind']);
const LABELS = { log_type: 'session' };

/**
 * Sessions are made of records that are there themselves, so nobody gets them who did not ask: a matcher must name log_type.
 * `{cluster="a"}` counts records, `{log_type="session"}`, `{log_type=~"audit|session"}` and `{log_type!="event"}` have sessions.
 */
export function matchesSessions(matchers: readonly Matcher[]): boolean {
  if (!matchers.some(({ name }) => name === 'log_type')) return false;
  return createStreamMatcher(matchers.filter(({ name }) => !VARYING.has(name)))(LABELS);
}
