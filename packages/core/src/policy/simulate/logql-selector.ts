// A selector that needs more of LogQL than matchers and comparisons -> the same predicate, run by LogQL's own pipeline.
import { checkLogql, compilePipeline, createStreamMatcher, type Labels } from '../../logql/index.ts';
import type { ParsedSelector } from './record-selector.ts';
import { findFieldProblem } from './selected-record.ts';

const LABELS: Labels = { log_type: 'audit' };

/** undefined when the text is no query for lines: the simpler reader's sentence says more about it then. */
export function parseLogqlSelector(text: string): ParsedSelector | undefined {
  // LogQL wants a matcher; all records of a simulation are audit records.
  const whole = text.replace(/^\s*\{\s*\}/, '{log_type="audit"}');
  const parsed = checkLogql(whole);
  if (!parsed.ok || parsed.query.kind !== 'log') return undefined;
  const { matchers, stages } = parsed.query;
  for (const { name, span } of matchers) {
    const problem = findFieldProblem(name);
    if (problem !== undefined) return { ok: false, sentence: problem, column: span.start + 1 };
  }
  const pipeline = compilePipeline(stages);
  if (!pipeline.ok)
    return { ok: false, sentence: pipeline.problem.message, column: pipeline.problem.stage.span.start + 1 };
  const matches = createStreamMatcher(matchers);
  const names = matchers.map(({ name }) => name);
  return {
    ok: true,
    fields: new Set(/\bstage\b/.test(whole) ? [...names, 'stage'] : names),
    matches: ({ line, field }) => {
      const labels: Labels = Object.fromEntries(names.map((name) => [name, field(name) ?? '']));
      // `oc adm node-logs` puts the node's name before each line; the record begins at its brace.
      const record = line.slice(Math.max(0, line.indexOf('{')));
      return (
        matches(labels) && pipeline.run({ timeNanos: 0n, labels: LABELS, metadata: {}, line: record }) !== undefined
      );
    },
  };
}
