// Loki's questions with all that can be proven pushed down to SQL: the reference source and the store in, a source of the same answers out.
import type { ExplainAnswer } from '@kubewitness/core/wire';
import {
  type Answered,
  createReferenceSource,
  type FieldsQuestion,
  type LokiSource,
  type PatternsQuestion,
} from '../../../loki/index.ts';
import { type ExplainQuestion, explain } from './explain.ts';
import { narrowEntries, runLog } from './run-log.ts';
import { type PlannedOptions, runMetric } from './run-metric.ts';

export interface PlannedSource extends LokiSource {
  /** Plans, runs and measures a question. */
  explain(question: ExplainQuestion, signal: AbortSignal): Promise<Answered<ExplainAnswer>>;
}

type LinesQuestion = Pick<FieldsQuestion | PatternsQuestion, 'tenant' | 'query' | 'startNanos' | 'endNanos'>;

export function createPlannedSource(reference: LokiSource, options: PlannedOptions): PlannedSource {
  /** What looks at lines reads no more of them than a log query may. */
  async function overLines<T>(
    { tenant, query, startNanos, endNanos }: LinesQuestion,
    read: { readonly direction: 'forward' | 'backward'; readonly limit: number },
    signal: AbortSignal,
    ask: (source: LokiSource) => Promise<Answered<T>>,
  ): Promise<Answered<T>> {
    const question = { tenant, query, startNanos, endNanos, ...read, intervalNanos: 0n };
    const narrowed = await narrowEntries(options, question, signal);
    return narrowed.ok ? ask(createReferenceSource({ ...options, entries: narrowed.value })) : narrowed;
  }

  const newest = ({ lineLimit }: FieldsQuestion) => ({ direction: 'backward', limit: lineLimit }) as const;
  return {
    ...reference,
    runLogQuery: (question, signal) => runLog(options, question, signal),
    runMetricQuery: (question, signal) => runMetric(options, question, signal),
    detectedFields: (question, signal) =>
      overLines(question, newest(question), signal, (source) => source.detectedFields(question, signal)),
    detectedFieldValues: (question, name, signal) =>
      overLines(question, newest(question), signal, (source) => source.detectedFieldValues(question, name, signal)),
    patterns: (question, signal) =>
      overLines(question, { direction: 'forward', limit: Number.POSITIVE_INFINITY }, signal, (source) =>
        source.patterns(question, signal),
      ),
    explain: (question, signal) => explain(options, question, signal),
  };
}
