// A metric query made ready: the query and its window in; the reads it needs and the function that gives the answer afterwards out.
import { foldLiteral, type MetricQuery, type RangeAggregation, type VectorAggregation } from '../syntax/index.ts';
import { createLiteralOperation, createVectorOperation } from './binary-operation.ts';
import { compileStages } from './compile-stages.ts';
import { chooseJoint, createJoint, cutRange, isSplittable } from './instant-split.ts';
import { createKnownNode, type KnownSeries } from './known-series.ts';
import { createLabelReplace } from './label-replace.ts';
import { type MetricProblem, NO_APPROX_TOPK, NO_LITERAL_OPERAND, TOO_DEEP } from './metric-problem.ts';
import { createRangeNode, type MetricRead, type RangeContext } from './range-aggregation.ts';
import { type MetricOutcome, runSteps } from './run-steps.ts';
import { createSeriesIndex } from './series.ts';
import { alignWindow, type MetricWindow, planSteps, type StepAlignment } from './steps.ts';
import type { StepNode } from './vector.ts';
import { createVectorAggregation } from './vector-aggregation.ts';
import { handDownGrouping } from './wanted-labels.ts';

/** Nothing here is without a bound; each is refused with a sentence of its own. */
export interface MetricLimits {
  /** Loki: 500. */
  readonly maxSeries: number;
  /** Loki: 11,000. */
  readonly maxPoints: number;
  /** Of each range aggregation: the entries it keeps in memory. */
  readonly maxSamples: number;
}

export interface MetricOptions {
  readonly limits: MetricLimits;
  /** `none` when left out. */
  readonly alignment?: StepAlignment;
  /**
   * Loki's `split_instant_metric_queries_by_interval` (an hour unless set otherwise), with what follows from it: the maximum of a
   * count over a day becomes the sum of 24 hourly maxima, and `approx_topk` is refused. Left out, answers are right.
   */
  readonly instantSplitNanos?: bigint;
  /** Nodes of this very query whose series come from elsewhere; nothing below them is read. */
  readonly known?: ReadonlyMap<MetricQuery, () => readonly KnownSeries[]>;
  /** What `now` answers in templates. */
  readonly nowNanos?: () => bigint;
}

export type PreparedMetric =
  | {
      readonly ok: true;
      readonly steps: readonly bigint[];
      /** Feed each with its entries, in any order, before `finish`. */
      readonly reads: readonly MetricRead[];
      readonly finish: () => MetricOutcome;
    }
  | { readonly ok: false; readonly problem: MetricProblem };

/** What is evaluated by recursion must not outgrow the stack. */
const MAX_DEPTH = 1000;

type Built = { readonly ok: true; readonly node: StepNode } | { readonly ok: false; readonly problem: MetricProblem };

export function prepareMetric(query: MetricQuery, window: MetricWindow, options: MetricOptions): PreparedMetric {
  if (isDeeperThan(query, MAX_DEPTH)) return { ok: false, problem: TOO_DEEP };
  const plan = planSteps(alignWindow(window, options.alignment ?? 'none'), options.limits.maxPoints);
  if (!plan.ok) return plan;
  const steps = plan.times;
  const literal = foldLiteral(query);
  if (literal !== undefined) {
    return {
      ok: true,
      steps,
      reads: [],
      finish: () => runSteps({ kind: 'literal', value: literal }, steps, window.kind, options.limits),
    };
  }
  const reads: MetricRead[] = [];
  const splits = window.kind === 'instant' && isSplittable(query);
  const built = createBuilder(steps, options, reads, splits ? options.instantSplitNanos : undefined)(query);
  if (!built.ok) return built;
  const ordered = isSorted(query);
  return {
    ok: true,
    steps,
    reads,
    finish: () => runSteps({ kind: 'vectors', node: built.node, ordered }, steps, window.kind, options.limits),
  };
}

function createBuilder(
  steps: readonly bigint[],
  options: MetricOptions,
  reads: MetricRead[],
  splitNanos: bigint | undefined,
): (query: MetricQuery) => Built {
  const series = createSeriesIndex();
  const context: RangeContext = {
    series,
    firstStepNanos: steps[0] ?? 0n,
    lastStepNanos: steps[steps.length - 1] ?? 0n,
    maxSamples: options.limits.maxSamples,
    compile: (query, wanted) =>
      compileStages(query, options.nowNanos === undefined ? wanted : { ...wanted, nowNanos: options.nowNanos }),
  };

  function build(query: MetricQuery, parent?: MetricQuery): Built {
    const known = options.known?.get(query);
    if (known !== undefined) return { ok: true, node: createKnownNode(known, series) };
    const aggregates = query.kind === 'vectorAggregation' || query.kind === 'labelReplace';
    if (aggregates && options.instantSplitNanos !== undefined && foldLiteral(query.operand) !== undefined)
      return { ok: false, problem: NO_LITERAL_OPERAND };
    switch (query.kind) {
      case 'rangeAggregation':
        return buildRange(query, parent);
      case 'vectorAggregation':
        // Loki's own answer, for who asks for those; without it the greatest are counted, not guessed.
        if (query.operation === 'approx_topk' && options.instantSplitNanos !== undefined)
          return { ok: false, problem: NO_APPROX_TOPK };
        return (
          buildSplit(query) ??
          wrap(build(query.operand, query), (operand) => createVectorAggregation(query, operand, series))
        );
      case 'labelReplace':
        return wrap(build(query.operand, query), (operand) => createLabelReplace(query, operand, series));
      case 'vector':
      case 'number': {
        const vector = [{ series: series.intern([]), value: query.value }];
        return { ok: true, node: { step: () => ({ ok: true, vector }) } };
      }
      case 'binary': {
        const left = foldLiteral(query.left);
        if (left !== undefined) {
          return wrap(build(query.right, query), (right) => createLiteralOperation(query, left, 'left', right));
        }
        const right = foldLiteral(query.right);
        if (right !== undefined) {
          return wrap(build(query.left, query), (operand) => createLiteralOperation(query, right, 'right', operand));
        }
        const lefts = build(query.left, query);
        if (!lefts.ok) return lefts;
        return wrap(build(query.right, query), (rights) => createVectorOperation(query, lefts.node, rights, series));
      }
    }
  }

  function buildSplit(outer: VectorAggregation): Built | undefined {
    const { operand: inner } = outer;
    if (splitNanos === undefined || inner.kind !== 'rangeAggregation' || options.known?.has(inner)) return undefined;
    const joint = chooseJoint(outer, inner, splitNanos);
    if (joint === undefined) return undefined;
    const firstStepNanos = context.firstStepNanos - inner.rangeNanos + splitNanos;
    const piece = createRangeNode(cutRange(inner, splitNanos), undefined, { ...context, firstStepNanos });
    if (!piece.ok) return piece;
    reads.push(piece.node.read);
    return { ok: true, node: createJoint(outer, inner, piece.node, { joint, splitNanos, index: series }) };
  }

  function buildRange(query: RangeAggregation, parent: MetricQuery | undefined): Built {
    const handedDown = parent === undefined ? undefined : handDownGrouping(parent, query);
    const range = createRangeNode(query, handedDown, context);
    if (range.ok) reads.push(range.node.read);
    return range;
  }

  return build;
}

function wrap(operand: Built, make: (node: StepNode) => StepNode): Built {
  return operand.ok ? { ok: true, node: make(operand.node) } : operand;
}

/** Only at the top of an instant answer can an order be seen, but Loki looks for `sort` anywhere in the query. */
function isSorted(query: MetricQuery): boolean {
  switch (query.kind) {
    case 'vectorAggregation':
      return query.operation === 'sort' || query.operation === 'sort_desc' || isSorted(query.operand);
    case 'labelReplace':
      return isSorted(query.operand);
    case 'binary':
      return isSorted(query.left) || isSorted(query.right);
    default:
      return false;
  }
}

/** Without recursion: it is there to prevent it. */
function isDeeperThan(query: MetricQuery, maxDepth: number): boolean {
  let level: MetricQuery[] = [query];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((node) => {
      if (node.kind === 'binary') return [node.left, node.right];
      return node.kind === 'vectorAggregation' || node.kind === 'labelReplace' ? [node.operand] : [];
    });
  }
  return false;
}
