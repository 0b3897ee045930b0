// The stages of a range aggregation made ready to run, or Loki's sentence about the one that cannot: query in, pipeline out.
import type { CompiledPipeline, PipelineOptions } from '../pipeline/entry.ts';
import { compilePipeline } from '../pipeline/index.ts';
import { printStageProblem, type RangeAggregation } from '../syntax/index.ts';
import type { MetricProblem } from './metric-problem.ts';

export type CompiledStages =
  | { readonly ok: true; readonly run: (CompiledPipeline & { ok: true })['run'] }
  | { readonly ok: false; readonly problem: MetricProblem };

export function compileStages(query: RangeAggregation, options: PipelineOptions): CompiledStages {
  const pipeline = compilePipeline(query.query.stages, {
    ...options,
    ...(query.unwrap === undefined ? {} : { unwrap: query.unwrap }),
  });
  if (pipeline.ok) return pipeline;
  const { stage, message } = pipeline.problem;
  return {
    ok: false,
    problem: { status: 400, message: `parse error : ${printStageProblem(query.query.stages, stage, message)}` },
  };
}
