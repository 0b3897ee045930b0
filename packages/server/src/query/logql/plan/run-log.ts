// A log query: conditions of its stages narrow what is read, the reference's pipeline decides about each line. Question in, rows out.
import { type Answered, createReferenceSource, type LogQuestion, type LogRows } from '../../../loki/index.ts';
import { planStages, type StagesPlan } from './plan-stages.ts';
import { readsLine } from './reads-line.ts';
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
  const whole = stages.exact && intervalNanos === 0n && splitRows(needs, facts, range).rest === undefined;
  const lines = stages.conditions.map(({ sql }) => sql).filter((sql) => readsLine(sql) && conditions.includes(sql));
  return { stages, conditions, lines, limit: whole ? limit : undefined };
}

/** The reference itself, over entries that SQL has thinned out: what is dropped there would not have passed. */
export async function runLog(
  options: PlannedOptions,
  question: LogQuestion,
  signal: AbortSignal,
  plan?: LogPlan,
  tell?: (sql: string) => void,
): Promise<Answered<LogRows>> {
  const { entries, reader, finds } = options;
  if (!options.isStored(question.tenant, question.query.matchers))
    return createReferenceSource(options).runLogQuery(question, signal);
  const { conditions, lines, limit } = plan ?? (await planLog(options, question, signal));
  const narrowed = {
    ...entries,
    select: (...[selection, direction, until]: Parameters<typeof entries.select>) =>
      selectNarrowed(
        reader,
        finds,
        { selection, direction, conditions, lines, tell, ...(limit === undefined ? {} : { limit }) },
        until,
      ),
  };
  return createReferenceSource({ ...options, entries: narrowed }).runLogQuery(question, signal);
}
