// Regular expressions of a filter are compiled here first: the engine's refusal would come without a position or a word of help.
import type { Choice, Filter, SessionFilter } from '@kubewitness/core/wire';
import { QueryProblem } from './query-problem.ts';

/** Throws QueryProblem for the first pattern that is not RE2's. */
export async function findBadRegexp(filter: Filter): Promise<void> {
  for (const { flag, choices } of filter.conditions) await checkChoices(flag, choices);
}

/** The same for a question about sessions. */
export async function findBadSessionRegexp(filter: SessionFilter): Promise<void> {
  const { users, namespaces, pods, nodes, clusters } = filter;
  const lists = { user: users, namespace: namespaces, pod: pods, node: nodes, cluster: clusters };
  for (const [flag, choices] of Object.entries(lists)) await checkChoices(flag, choices);
}

async function checkChoices(flag: string, choices: readonly Choice[]): Promise<void> {
  for (const { match } of choices) {
    if (match.kind !== 'regexp') continue;
    // Loaded when first needed: most questions have no pattern.
    const { RE2JS } = await import('re2js');
    try {
      RE2JS.compile(match.text);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new QueryProblem(
        'KW_QUERY_REGEXP',
        400,
        `--${flag} ${JSON.stringify(`~${match.text}`)} is not a regular expression of RE2: ${why}. Backreferences and lookaround do not exist there.`,
        error,
      );
    }
  }
}
