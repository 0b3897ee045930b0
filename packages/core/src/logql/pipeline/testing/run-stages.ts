// Stages written as LogQL over one line, for tests: stream labels and metadata in, what came out, flat.
import { parseLogql } from '../../syntax/index.ts';
import { allLabels } from '../all-labels.ts';
import { compilePipeline } from '../compile-pipeline.ts';
import type { Entry, Labels, PipelineOptions, PipelineResult } from '../entry.ts';

export interface Outcome {
  readonly line: string;
  readonly labels: Labels;
}

/** 2026-11-18T10:00:00Z */
const TIME_NANOS = 1_794_996_000_000_000_000n;

/** The outcome, undefined when a filter dropped the line, or the sentence of what does not compile. */
export function runStages(stages: string, line: string, entry: Partial<Entry> = {}): Outcome | string | undefined {
  const result = runResult(stages, line, entry);
  return typeof result === 'object' ? { line: result.line, labels: allLabels(result) } : result;
}

export function runResult(
  stages: string,
  line: string,
  entry: Partial<Entry> = {},
  options: PipelineOptions = {},
): PipelineResult | string | undefined {
  const parsed = parseLogql(`{a="b"} ${stages}`);
  if (!parsed.ok) return JSON.stringify(parsed.problem);
  if (parsed.query.kind !== 'log') return 'not a log query';
  const pipeline = compilePipeline(parsed.query.stages, options);
  if (!pipeline.ok) return pipeline.problem.message;
  return pipeline.run({ timeNanos: TIME_NANOS, labels: {}, metadata: {}, line, ...entry });
}

/** Only the labels; the rest as it is. */
export function labelsOf(stages: string, line: string, entry: Partial<Entry> = {}): Labels | string | undefined {
  const outcome = runStages(stages, line, entry);
  return typeof outcome === 'object' ? outcome.labels : outcome;
}

/** What a template makes of some labels. */
export function format(template: string, labels: Labels = {}, line = ''): string {
  const quoted = template.includes('`') ? JSON.stringify(template) : `\`${template}\``;
  const outcome = runStages(`| line_format ${quoted}`, line, { labels });
  return typeof outcome === 'object' ? (outcome.labels['__error_details__'] ?? outcome.line) : String(outcome);
}
