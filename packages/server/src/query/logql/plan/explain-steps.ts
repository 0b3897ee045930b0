// The plan of a query as a list of steps, each before its parts: the tree and what became of its leaves in, what explain shows out.
import {
  type LogQuery,
  type MetricQuery,
  printLogql,
  type RangeAggregation,
  type Stage,
} from '@kubewitness/core/logql';
import type { ExplainAnswer } from '@kubewitness/core/wire';
import type { StagesPlan } from './plan-stages.ts';
import type { RangeTrace } from './run-metric.ts';

export type ExplainStep = ExplainAnswer['plan'][number];

const NO_SPAN = { start: 0, end: 0 };

/** A stage by itself has no text; behind a selector it has. */
function printStage(stage: Stage): string {
  const bare = printLogql({ kind: 'log', span: NO_SPAN, matchers: [], stages: [stage] });
  return bare.replace(/^\{\}\s*/, '');
}

const printSelector = ({ matchers }: LogQuery): string =>
  printLogql({ kind: 'log', span: NO_SPAN, matchers, stages: [] });

/** Filters are conditions of what is read; what else a stage does is done where the lines are. */
const isFilter = ({ kind }: Stage): boolean => kind === 'lineFilter' || kind === 'labelFilter';

/** `lines`: who reads the lines that are left. */
function* listStages(
  query: LogQuery,
  { notes }: StagesPlan,
  depth: number,
  lines: ExplainStep['runs'],
): Generator<ExplainStep> {
  yield { depth, part: printSelector(query), runs: 'engine', why: 'labels of streams are columns' };
  for (const { stage, runs, why } of notes) {
    const part = printStage(stage);
    if (runs !== 'engine' || isFilter(stage) || lines === 'engine') yield { depth, part, runs, why };
    else if (lines === 'server') yield { depth, part, runs: lines, why: 'on the lines that are left' };
    else yield { depth, part, runs: lines, why: `${why}; on the entries that the server reads, by the server` };
  }
}

/** `entries`: which rows were read by the server although the plan is whole. */
export function listLogSteps(query: LogQuery, stages: StagesPlan): ExplainStep[] {
  const runs = stages.exact ? 'engine' : stages.conditions.length > 0 ? 'both' : 'server';
  const why = {
    engine: 'the engine keeps exactly the lines of the answer; the server prints their labels',
    both: 'the engine drops lines that cannot pass, the server decides about the others',
    server: 'the server decides about every line of the selector',
  }[runs];
  return [{ depth: 0, part: printLogql(query), runs, why }, ...listStages(query, stages, 1, 'server')];
}

function describeRange(range: RangeAggregation, trace: RangeTrace | undefined): Pick<ExplainStep, 'runs' | 'why'> {
  if (trace?.plan === undefined) return { runs: 'server', why: trace?.why ?? 'nothing was read for it' };
  const { plan, why, entries } = trace;
  if (why === '' && plan.kind === 'sums') {
    const rest =
      entries === 0 ? '' : `; ${entries} entries whose line says more than their columns were read by the server`;
    return {
      runs: entries === 0 ? 'engine' : 'both',
      why: `${plan.value.sql} for each series and piece of time, windows are put together of those${rest}`,
    };
  }
  const narrowed = plan.stages.conditions.length > 0;
  const read = `${entries} entries were read by the server`;
  return {
    runs: narrowed ? 'both' : 'server',
    why: range.operation === 'count_over_time' || why !== '' ? `${why}; ${read}` : read,
  };
}

/** What stands above range aggregations is little work: series by steps. */
function describeNode(node: MetricQuery, traces: readonly RangeTrace[]): Pick<ExplainStep, 'runs' | 'why'> {
  switch (node.kind) {
    case 'vectorAggregation': {
      const below = traces.find(({ read }) => read.query === node.operand);
      const grouped =
        below?.plan?.kind === 'sums' &&
        below.why === '' &&
        (below.plan.alike || (node.operation === 'sum' && below.read.grouping.kind === 'by'));
      return grouped
        ? { runs: 'engine', why: 'its groups are those of the statement' }
        : { runs: 'server', why: 'on the series below it, step by step' };
    }
    case 'number':
    case 'vector':
      return { runs: 'server', why: 'a number' };
    default:
      return { runs: 'server', why: 'on the series below it, step by step' };
  }
}

export function listMetricSteps(query: MetricQuery, traces: readonly RangeTrace[], depth = 0): ExplainStep[] {
  const part = printLogql(query);
  if (query.kind === 'rangeAggregation') {
    const trace = traces.find(({ read }) => read.query === query);
    const told = describeRange(query, trace);
    if (trace?.plan === undefined) return [{ depth, part, ...told }];
    const lines = trace.plan.kind === 'sums' && trace.why === '' ? told.runs : 'server';
    return [{ depth, part, ...told }, ...listStages(query.query, trace.plan.stages, depth + 1, lines)];
  }
  const parts = query.kind === 'binary' ? [query.left, query.right] : 'operand' in query ? [query.operand] : [];
  return [
    { depth, part, ...describeNode(query, traces) },
    ...parts.flatMap((below) => listMetricSteps(below, traces, depth + 1)),
  ];
}
