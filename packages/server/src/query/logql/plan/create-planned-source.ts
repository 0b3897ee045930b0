// Loki's questions with all that can be proven pushed down to SQL: the reference source and the store in, a source of the same answers out.
import type { ExplainAnswer } from '@kubewitness/core/wire';
import type { Answered, LokiSource } from '../../../loki/index.ts';
import { type ExplainQuestion, explain } from './explain.ts';
import { runLog } from './run-log.ts';
import { type PlannedOptions, runMetric } from './run-metric.ts';

export interface PlannedSource extends LokiSource {
  /** Plans, runs and measures a question. */
  explain(question: ExplainQuestion, signal: AbortSignal): Promise<Answered<ExplainAnswer>>;
}

export function createPlannedSource(reference: LokiSource, options: PlannedOptions): PlannedSource {
  return {
    ...reference,
    runLogQuery: (question, signal) => runLog(options, question, signal),
    runMetricQuery: (question, signal) => runMetric(options, question, signal),
    explain: (question, signal) => explain(options, question, signal),
  };
}
