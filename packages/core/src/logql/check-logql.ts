// All that can be said of a query before anything is read: its grammar, its meaning, and whether its stages can be made to work.
import { compilePipeline } from './pipeline/index.ts';
import { listLogQueries, type ParsedLogql, parseLogql, placeOf, printStageProblem } from './syntax/index.ts';

/** As `parseLogql`, and templates that do not compile are refused too, in Loki's words. */
export function checkLogql(text: string): ParsedLogql {
  const parsed = parseLogql(text);
  if (!parsed.ok) return parsed;
  for (const { query, unwrap } of listLogQueries(parsed.query)) {
    const pipeline = compilePipeline(query.stages, unwrap === undefined ? {} : { unwrap });
    if (pipeline.ok) continue;
    const { stage, message } = pipeline.problem;
    const sentence = `parse error : ${printStageProblem(query.stages, stage, message)}`;
    return { ok: false, problem: { message: sentence, ...placeOf(text, stage.span.start) } };
  }
  return parsed;
}
