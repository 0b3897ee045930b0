// A metric query: each range aggregation as partial sums of the engine where a plan proves them, as entries where not; the reference puts them together.
import { type Entry, type MetricRead, prepareMetric, type StepAlignment } from '@kubewitness/core/logql';
import {
  type Answered,
  acceptEntries,
  answeredWith,
  type EntryStore,
  type MetricAnswer,
  type MetricQuestion,
  type ReadFigures,
  type SourceProblem,
} from '../../../loki/index.ts';
import { readsLine } from '../../../store/index.ts';
import { type EntryReader, selectEntries } from '../select-entries.ts';
import type { Statement } from './ask-compact.ts';
import { findAbove } from './find-above.ts';
import { findKept } from './find-kept.ts';
import { findPick } from './find-pick.ts';
import type { LineFinds } from './line-finds.ts';
import { listExpressions, planRange, type RangePlan, type RangeSums } from './plan-range.ts';
import { haveOwnSeries, keepEntries } from './read-alike.ts';
import { judgeRead } from './refuse-reads.ts';
import type { RowChecks } from './row-checks.ts';
import { areFew, type RowFacts } from './row-facts.ts';
import { runSums } from './run-sums.ts';
import { NO_FACTS, needsFacts, printNarrowing } from './split-rows.ts';
import { wantSums } from './want-sums.ts';

export interface PlannedOptions {
  /** All entries, those of sessions too. */
  readonly entries: EntryStore;
  /** The entries of the store alone. */
  readonly reader: EntryReader;
  readonly checks: RowChecks;
  readonly finds: LineFinds;
  /** Whether the store alone knows the answer. */
  readonly isStored: (tenant: string, matchers: MetricRead['matchers']) => boolean;
  readonly maxSeries: number;
  readonly maxPoints: number;
  readonly maxSamples: number;
  readonly maxReadBytes: number;
  readonly alignment: StepAlignment;
  readonly instantSplitNanos?: bigint | undefined;
  readonly nowNanos: () => bigint;
}

/** What came of a range aggregation, for who wants to know. */
export interface RangeTrace {
  readonly read: MetricRead;
  readonly plan: RangePlan | undefined;
  readonly why: string;
  readonly entries: number;
}

export interface MetricTrace {
  readonly statements: Statement[];
  readonly ranges: RangeTrace[];
}

interface Run {
  readonly options: PlannedOptions;
  readonly question: MetricQuestion;
  readonly steps: readonly bigint[];
  readonly facts: () => Promise<RowFacts>;
  readonly figures: ReadFigures;
  readonly trace: MetricTrace | undefined;
  readonly signal: AbortSignal;
}

/** What streams has no figures of its own; its entries are counted with the range. */
const tellEntries =
  ({ trace }: Run) =>
  (sql: string): void => {
    trace?.statements.push({ purpose: 'entries for the server', sql, rows: 0, bytes: 0, millis: 0 });
  };

function printConditions({ stages }: RangePlan, facts: RowFacts, read: MetricRead): readonly string[] {
  return stages.conditions.map(({ sql, need }) => printNarrowing(sql, need, facts, read));
}

/** Pieces of an instant query that Loki answers one by one have windows of their own. */
function hasPlainWindows({ steps }: Run, { query, startNanos, endNanos }: MetricRead): boolean {
  const first = steps[0] ?? 0n;
  const last = steps[steps.length - 1] ?? 0n;
  return endNanos - startNanos === last - first + query.rangeNanos && endNanos === last - query.offsetNanos + 1n;
}

/** Undefined: nothing was accepted, for what the engine has are no numbers, or rows share a series. */
async function acceptSums(
  run: Run,
  read: MetricRead,
  plan: RangeSums,
  facts: RowFacts,
  mayFind: boolean,
): Promise<Answered<number> | undefined> {
  const { options, question, steps, figures, trace, signal } = run;
  const { reader, checks, finds, maxSamples } = options;
  const lines = plan.conditions.filter(readsLine);
  const found = lines.length === 0 || !mayFind ? undefined : await finds.find(lines, read, signal);
  const { wanted, rest } = wantSums({
    tenant: question.tenant,
    read,
    plan:
      found === undefined
        ? plan
        : { ...plan, conditions: [found.sql, ...plan.conditions.filter((sql) => !readsLine(sql))] },
    steps,
    facts,
    maxSamples,
    pick: findPick(question.query, read.query),
  });
  const { sums, statement } = await runSums(reader.database, wanted, reader.limits, signal);
  // Asked afterwards, which is cheaper than a condition on every row: the statement may have seen rows that nobody looked at.
  if (facts !== NO_FACTS && !facts.hasUnchecked && (await checks.hasLater(facts, signal))) {
    return acceptSums(run, read, plan, needsFacts(plan.needs) ? { ...facts, hasUnchecked: true } : NO_FACTS, mayFind);
  }
  const tell = (one: Statement) => {
    trace?.statements.push(one);
    figures.lines += one.rows;
    figures.bytes += one.bytes;
  };
  for (const one of [...(found?.statements ?? []), statement]) tell(one);
  if (sums === undefined) return undefined;
  const anyRow = plan.stages.conditions.filter(({ need }) => need === 'nothing').map(({ sql }) => sql);
  const readRest = (condition: string) =>
    selectEntries(
      reader,
      {
        selection: wanted.selection,
        direction: 'forward',
        conditions: [condition, ...anyRow],
        few: areFew(facts),
        tell: tellEntries(run),
      },
      signal,
    );
  let kept: readonly Entry[] | undefined;
  if (plan.alike) {
    kept = rest === undefined ? [] : await keepEntries(readRest(rest));
    if (kept === undefined) return undefined;
    const { own, statement: asked } = await haveOwnSeries(reader.database, wanted, kept, reader.limits, signal);
    tell(asked);
    if (!own) return undefined;
  }
  for (const { labels, timeNanos, value, count } of sums) {
    const problem = plan.alike
      ? read.acceptAlike(labels, timeNanos, value, count ?? 1)
      : read.acceptSum(labels, timeNanos, value, count);
    if (problem !== undefined) return { ok: false, problem };
  }
  if (rest === undefined) return answeredWith(0);
  return acceptEntries(read, kept === undefined ? readRest(rest) : [kept], figures);
}

async function acceptStored(run: Run, read: MetricRead, plan: RangePlan): Promise<Answered<number>> {
  const { options, question, figures, signal } = run;
  const { startNanos, endNanos, matchers } = read;
  const selection = { tenant: question.tenant, matchers, startNanos, endNanos };
  const facts = needsFacts(plan.stages.needs) ? await run.facts() : NO_FACTS;
  const conditions = printConditions(plan, facts, read);
  return acceptEntries(
    read,
    selectEntries(options.reader, { selection, direction: 'forward', conditions, tell: tellEntries(run) }, signal),
    figures,
  );
}

/** Whether the statement of a plan reads lines: for its conditions, or for what it groups by and adds up. */
function readsLines(plan: RangePlan): boolean {
  if (plan.stages.conditions.some(({ sql }) => readsLine(sql))) return true;
  return plan.kind === 'sums' && [...listExpressions(plan), ...plan.doubts].some(readsLine);
}

async function acceptRange(run: Run, read: MetricRead): Promise<Answered<number>> {
  const { options, question, figures, trace, signal } = run;
  const { startNanos, endNanos, matchers } = read;
  const selection = { tenant: question.tenant, matchers, startNanos, endNanos };
  const plan = planRange(read.query, read.grouping, findAbove(question.query, read.query));
  const isStored = options.isStored(question.tenant, matchers);
  const sums = isStored && plan.kind === 'sums' && hasPlainWindows(run, read);
  const judge = (asSums: boolean) => {
    const narrowing = async () =>
      isStored
        ? printConditions(plan, needsFacts(plan.stages.needs) ? await run.facts() : NO_FACTS, read).filter(
            (sql) => !readsLine(sql),
          )
        : [];
    const lines = asSums && plan.kind === 'sums' ? plan.conditions.filter(readsLine) : [];
    const kept = asSums ? undefined : findKept(read, plan.stages, run.facts);
    return judgeRead({ selection, lines, narrowing, kept }, options, signal);
  };
  let mayFind = true;
  if (!sums || readsLines(plan)) {
    const judged = await judge(sums);
    if (!judged.ok) return judged;
    ({ mayFind } = judged.value);
  }
  if (!isStored) {
    const accepted = await acceptEntries(read, options.entries.select(selection, 'forward', signal), figures);
    const why = 'sessions are computed by the server';
    if (accepted.ok) trace?.ranges.push({ read, plan: undefined, why, entries: accepted.value });
    return accepted;
  }
  const summed = sums
    ? await acceptSums(
        run,
        read,
        plan,
        needsFacts(plan.needs) ? await run.facts() : (options.checks.peek() ?? NO_FACTS),
        mayFind,
      )
    : undefined;
  if (sums && summed === undefined) {
    const judged = await judge(false);
    if (!judged.ok) return judged;
  }
  const accepted = summed ?? (await acceptStored(run, read, plan));
  const whySums = sums
    ? plan.kind === 'sums' && plan.alike
      ? 'lines share their series'
      : 'a value is no number'
    : 'answered piece by piece, as Loki does';
  const why = plan.kind === 'entries' ? plan.why : summed === undefined ? whySums : '';
  if (accepted.ok) trace?.ranges.push({ read, plan, why, entries: accepted.value });
  return accepted;
}

export async function runMetric(
  options: PlannedOptions,
  question: MetricQuestion,
  signal: AbortSignal,
  trace?: MetricTrace,
): Promise<Answered<MetricAnswer>> {
  const { maxSeries, maxPoints, maxSamples, alignment, instantSplitNanos, nowNanos } = options;
  const prepared = prepareMetric(question.query, question.window, {
    limits: { maxSeries, maxPoints, maxSamples },
    alignment,
    nowNanos,
    ...(instantSplitNanos === undefined ? {} : { instantSplitNanos }),
  });
  if (!prepared.ok) return prepared;
  const figures: ReadFigures = { lines: 0, bytes: 0 };
  let known: Promise<RowFacts> | undefined;
  const facts = () => {
    known ??= options.checks.get(signal);
    return known;
  };
  const run: Run = { options, question, steps: prepared.steps, facts, figures, trace, signal };
  for (const read of prepared.reads) {
    const accepted: { readonly ok: true } | { readonly ok: false; readonly problem: SourceProblem } = await acceptRange(
      run,
      read,
    );
    if (!accepted.ok) return accepted;
  }
  const outcome = prepared.finish();
  return outcome.ok ? answeredWith({ result: outcome.result, figures }) : outcome;
}
