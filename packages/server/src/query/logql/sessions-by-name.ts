// Sessions for who compares with Loki: entries that nobody pushed are there only for a selector that names them.
import type { Matcher } from '@kubewitness/core/logql';
import type { SessionEntries } from '../sessions/session-entries.ts';

/** `{log_type="session"}` and `{log_type=~"audit|session"}` do; `{log_type=~".+"}` and a question without a selector do not. */
function namesSessions(matchers: readonly Matcher[]): boolean {
  return matchers.some(
    ({ name, operator, value }) =>
      name === 'log_type' && (operator === '=' || operator === '=~') && value.includes('session'),
  );
}

export function sessionsByName(sessions: SessionEntries): SessionEntries {
  return {
    ...sessions,
    canMatch: (tenant, matchers) => namesSessions(matchers) && sessions.canMatch(tenant, matchers),
    streams: async (selection, signal) =>
      namesSessions(selection.matchers) ? sessions.streams(selection, signal) : [],
    sums: async (selection, stepNanos, signal) =>
      namesSessions(selection.matchers) ? sessions.sums(selection, stepNanos, signal) : [],
  };
}
