// A log query: conditions of its stages narrow what is read, the reference's pipeline decides about each line. Question in, rows out.
import {
  type Answered,
  answeredWith,
  createReferenceSource,
  type EntryStore,
  type LogQuestion,
  type LogRows,
} from '../../../loki/index.ts';
import { readsLine } from '../../../store/index.ts';
import { selectEntries } from '../select-entries.ts';
import { mayDrop, planStages, type StagesPlan } from './plan-stages.ts';
import { judgeRead } from './refuse-reads.ts';
import type { PlannedOptions } from './run-metric.ts';
import { selectNarrowed } from './select-narrowed.ts';
import { NO_FACTS, needsFacts, printNarrowing, splitRows } from './split-rows.ts';

export interface LogPlan {
  readonly stages: StagesPlan;
  readonly conditions: readonly string[];
  /** Those that read lines, where nothing but the row is asked. */
  readonly lines: readonly string[];
  /** Rows that SQL may stop after; undefined where only the pipeline knows who passes. */
  readonly limit: number | undefined;
}

export async function planLog(options: PlannedOptions, question: LogQuestion, signal: AbortSignal): Promise<LogPlan> {
  const { query, startNanos, endNanos, limit, intervalNanos } = question;
  const stages = planStages(query.stages);
  const { needs } = stages;
  const facts = needsFacts(needs) ? await options.checks.get(signal) : NO_FACTS;
  const range = { startNanos, endNanos };
  const conditions = stages.conditions.map(({ sql, need }) => printNarrowing(sql, need, facts, range));
  const isExact = stages.exact && stages.partial.length === 0;
  const whole = isExact && intervalNanos === 0n && splitRows(needs, facts, range).rest === undefined;
  const lines = stages.conditions.map(({ sql }) => sql).filter((sql) => readsLine(sql) && conditions.includes(sql));
  return { stages, conditions, lines, limit: whole ? limit : undefined };
}

/** Of lines, to find out how many of them pass. */
const FIRST_ROWS = 10_000;

/** Whether the first lines promise that the answer is full before too much was read. */
async function fillsSoon(
  options: PlannedOptions,
  question: LogQuestion,
  narrowing: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const { entries, reader, maxReadBytes } = options;
  const first: EntryStore = {
    ...entries,
    select: (selection, direction, until) =>
      selectEntries(reader, { selection, direction, conditions: narrowing, limit: FIRST_ROWS }, until),
  };
  const answer = await createReferenceSource({ ...options, entries: first }).runLogQuery(question, signal);
  // It says so again when it is asked for the whole answer.
  if (!answer.ok) return true;
  let rows = 0;
  for await (const batch of answer.value.batches) rows += batch.length;
  return rows > 0 && answer.value.figures.bytes * (question.limit / rows) <= maxReadBytes;
}

type Reading = 'named' | 'narrowed' | 'in order';

/** How the store may be read for it, if it may. */
async function judgeLog(
  options: PlannedOptions,
  question: LogQuestion,
  { conditions, lines, limit }: Pick<LogPlan, 'conditions' | 'lines' | 'limit'>,
  signal: AbortSignal,
): Promise<Answered<Reading>> {
  const { tenant, query, startNanos, endNanos, intervalNanos } = question;
  const isLimited = Number.isFinite(question.limit);
  const drops = intervalNanos > 0n || mayDrop(query.stages);
  // Nothing but the lines of the answer is read.
  if (isLimited && (!drops || (limit !== undefined && !conditions.some(readsLine)))) return answeredWith('named');
  const narrowing = conditions.filter((sql) => !readsLine(sql));
  const selection = { tenant, matchers: query.matchers, startNanos, endNanos };
  const judged = await judgeRead({ selection, lines, narrowing: async () => narrowing }, options, signal);
  if (judged.ok) return answeredWith(judged.value.mayFind ? 'named' : 'narrowed');
  return isLimited && (await fillsSoon(options, question, narrowing, signal)) ? answeredWith('in order') : judged;
}

/** The entries that a log query reads, thinned out by SQL: what is dropped there would not have passed. Refused where they are too much. */
export async function narrowEntries(
  options: PlannedOptions,
  question: LogQuestion,
  signal: AbortSignal,
  plan?: LogPlan,
  tell?: (sql: string) => void,
): Promise<Answered<EntryStore>> {
  const { entries, reader, finds } = options;
  if (!options.isStored(question.tenant, question.query.matchers)) {
    const judged = await judgeLog(options, question, { conditions: [], lines: [], limit: undefined }, signal);
    return judged.ok ? answeredWith(entries) : judged;
  }
  const planned = plan ?? (await planLog(options, question, signal));
  const judged = await judgeLog(options, question, planned, signal);
  if (!judged.ok) return judged;
  const { conditions, limit } = planned;
  const lines = judged.value === 'named' ? planned.lines : [];
  return answeredWith({
    ...entries,
    select: (...[selection, direction, until]: Parameters<typeof entries.select>) => {
      const wanted = { selection, direction, conditions, tell, ...(limit === undefined ? {} : { limit }) };
      return judged.value === 'in order'
        ? selectEntries(reader, wanted, until)
        : selectNarrowed(reader, finds, { ...wanted, lines }, until);
    },
  });
}

/** The reference itself, over these entries. */
export async function runLog(
  options: PlannedOptions,
  question: LogQuestion,
  signal: AbortSignal,
  plan?: LogPlan,
  tell?: (sql: string) => void,
): Promise<Answered<LogRows>> {
  const narrowed = await narrowEntries(options, question, signal, plan, tell);
  if (!narrowed.ok) return narrowed;
  return createReferenceSource({ ...options, entries: narrowed.value }).runLogQuery(question, signal);
}
