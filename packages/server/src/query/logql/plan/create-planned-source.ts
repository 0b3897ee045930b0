// Loki's questions with all that can be proven pushed down to SQL: the reference source and the store in, a source of the same answers out.
import type { LokiSource } from '../../../loki/index.ts';
import { runLog } from './run-log.ts';
import { type PlannedOptions, runMetric } from './run-metric.ts';

export function createPlannedSource(reference: LokiSource, options: PlannedOptions): LokiSource {
  return {
    ...reference,
    runLogQuery: (question, signal) => runLog(options, question, signal),
    runMetricQuery: (question, signal) => runMetric(options, question, signal),
  };
}
