// Stages that are written well and still cannot work, told with the stage they are about: `stage '| json a="b..c"' : …`.
import type { LabelFormat, LineFilter, Stage } from '../ast.ts';
import { quoteGo } from '../lexer/go-string.ts';
import { printStage } from '../print/print-stage.ts';
import { parseIpPattern } from './ip-pattern.ts';
import { parseJsonPath } from './json-path.ts';
import { findFilterPatternProblem } from './line-pattern.ts';
import { parseLogfmtKey } from './logfmt-key.ts';
import type { QueryProblem } from './query-problem.ts';
import { findRegexpProblem } from './regexp.ts';

export function findStageProblem(stages: readonly Stage[]): QueryProblem | undefined {
  for (const stage of stages) {
    const problem = findProblem(stage);
    if (problem !== undefined) return { message: printStageProblem(stages, stage, problem), span: stage.span };
  }
  return undefined;
}

/**
 * The frame around what is wrong with one of the stages of a pipeline.
 * Neighbouring line filters are one stage to Loki, so all of them are named.
 */
export function printStageProblem(stages: readonly Stage[], stage: Stage, problem: string): string {
  const at = stages.indexOf(stage);
  const isFilter = (index: number) => stages[index]?.kind === 'lineFilter';
  let first = Math.max(at, 0);
  let last = first;
  while (isFilter(first) && isFilter(first - 1)) first -= 1;
  while (isFilter(last) && isFilter(last + 1)) last += 1;
  const text =
    at < 0
      ? printStage(stage)
      : stages
          .slice(first, last + 1)
          .map(printStage)
          .join(' ');
  return `stage '${text}' : ${problem}`;
}

function findProblem(stage: Stage): string | undefined {
  switch (stage.kind) {
    case 'lineFilter':
      return findFilterProblem(stage);
    case 'json':
      return findFirstOf(stage.extractions, ({ path }) => {
        const parsed = parseJsonPath(path);
        return parsed.ok ? undefined : parsed.problem;
      });
    case 'logfmt':
      return findFirstOf(stage.extractions, ({ path }) => {
        const parsed = parseLogfmtKey(path);
        return parsed.ok ? undefined : parsed.problem;
      });
    case 'labelFilter': {
      // Inside `and` and `or` Loki looks only when an entry comes by.
      const { condition } = stage;
      return condition.kind === 'ip' ? findIpProblem(condition.value) : undefined;
    }
    case 'labelFormat':
      return findFormatProblem(stage);
    default:
      return undefined;
  }
}

function findFirstOf<Item>(items: readonly Item[], find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = find(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function findFilterProblem({ operator, alternatives }: LineFilter): string | undefined {
  return findFirstOf(alternatives, ({ kind, value }) => {
    if (kind === 'ip') {
      if (operator !== '|=' && operator !== '!=') return 'ip: invalid operation';
      return findIpProblem(value);
    }
    if (operator === '|~' || operator === '!~') return findRegexpProblem(value);
    return operator === '|>' || operator === '!>' ? findFilterPatternProblem(value) : undefined;
  });
}

function findIpProblem(value: string): string | undefined {
  return parseIpPattern(value) === undefined ? `ip: invalid pattern: ${quoteGo(value)}` : undefined;
}

function findFormatProblem({ assignments }: LabelFormat): string | undefined {
  const seen = new Set<string>();
  return findFirstOf(assignments, ({ label }) => {
    if (label === '__error__') return `${label} cannot be formatted`;
    if (seen.has(label)) return `multiple label name '${label}' not allowed in a single format operation`;
    seen.add(label);
    return undefined;
  });
}
