// Explain: a question is planned, run and measured; its tree, its plan, the statements and what was read out.
import { printLogql, type Query } from '@kubewitness/core/logql';
import type { ExplainAnswer } from '@kubewitness/core/wire';
import { type Answered, answeredWith, type LogQuestion, type MetricQuestion } from '../../../loki/index.ts';
import type { Statement } from './ask-compact.ts';
import { listLogSteps, listMetricSteps } from './explain-steps.ts';
import { planLog, runLog } from './run-log.ts';
import { type MetricTrace, type PlannedOptions, runMetric } from './run-metric.ts';

export type ExplainQuestion = ({ readonly kind: 'log' } & LogQuestion) | ({ readonly kind: 'metric' } & MetricQuestion);

/** Positions are of the text that was asked; numbers beyond what JSON holds are texts. */
const toPlain = (query: Query): unknown =>
  JSON.parse(
    JSON.stringify(query, (key, value) =>
      key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value,
    ),
  );

/** A statement that streams tells nothing of what it read: what it is about to read at most is asked for. */
async function estimateRows({ reader }: PlannedOptions, sql: string, signal: AbortSignal): Promise<number> {
  const select = sql.replace(/ FORMAT \w+$/, '');
  const rows = await reader.database.rows<{ rows: number }>(`EXPLAIN ESTIMATE ${select}`, reader.limits, signal);
  return rows.reduce((sum, row) => sum + row.rows, 0);
}

async function explainLog(
  options: PlannedOptions,
  question: LogQuestion,
  signal: AbortSignal,
): Promise<Answered<ExplainAnswer>> {
  const beganMs = performance.now();
  const plan = await planLog(options, question, signal);
  const told: string[] = [];
  const answer = await runLog(options, question, signal, plan, (sql) => told.push(sql));
  if (!answer.ok) return answer;
  let answered = 0;
  for await (const batch of answer.value.batches) answered += batch.length;
  const millis = performance.now() - beganMs;
  const { lines, bytes } = answer.value.figures;
  const statements: Statement[] = [];
  for (const sql of told) {
    const rows = await estimateRows(options, sql, signal);
    statements.push({
      purpose: 'entries, at most',
      sql,
      rows,
      bytes: statements.length === 0 ? bytes : 0,
      millis: millis / told.length,
    });
  }
  const { stages } = plan;
  return answeredWith({
    query: printLogql(question.query),
    kind: 'log',
    ast: toPlain(question.query),
    pushed: stages.exact ? 'wholly' : stages.conditions.length > 0 ? 'partly' : 'not',
    plan: listLogSteps(question.query, stages),
    statements,
    rowsRead: Math.max(
      lines,
      statements.reduce((sum, { rows }) => sum + rows, 0),
    ),
    bytesRead: bytes,
    millis,
    answered,
  });
}

function judge({ ranges }: MetricTrace): ExplainAnswer['pushed'] {
  if (ranges.every(({ why, entries }) => why === '' && entries === 0)) return 'wholly';
  return ranges.some(({ why, plan }) => why === '' || (plan?.stages.conditions.length ?? 0) > 0) ? 'partly' : 'not';
}

async function explainMetric(
  options: PlannedOptions,
  question: MetricQuestion,
  signal: AbortSignal,
): Promise<Answered<ExplainAnswer>> {
  const beganMs = performance.now();
  const trace: MetricTrace = { statements: [], ranges: [] };
  const answer = await runMetric(options, question, signal, trace);
  if (!answer.ok) return answer;
  const { result, figures } = answer.value;
  return answeredWith({
    query: printLogql(question.query),
    kind: 'metric',
    ast: toPlain(question.query),
    pushed: judge(trace),
    plan: listMetricSteps(question.query, trace.ranges),
    statements: trace.statements,
    rowsRead: figures.lines,
    bytesRead: figures.bytes,
    millis: performance.now() - beganMs,
    answered: result.kind === 'matrix' ? result.series.length : result.kind === 'vector' ? result.samples.length : 1,
  });
}

export function explain(
  options: PlannedOptions,
  question: ExplainQuestion,
  signal: AbortSignal,
): Promise<Answered<ExplainAnswer>> {
  return question.kind === 'log' ? explainLog(options, question, signal) : explainMetric(options, question, signal);
}
