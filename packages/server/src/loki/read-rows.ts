// A log query over an EntryStore: question in, rows in the order of the answer out, until the limit is full.
import {
  compilePipeline,
  type Entry,
  type LogQuery,
  type PipelineResult,
  printStageProblem,
  type StreamRow,
} from '@kubewitness/core/logql';
import type { EntryStore } from './entry-store.ts';
import {
  type Answered,
  answeredWith,
  type LogQuestion,
  type LogRows,
  type ReadFigures,
  refusedWith,
} from './source.ts';

/** The error stands among the parsed labels: that is where Loki shows it. */
export function createRow(entry: Entry, result: PipelineResult): StreamRow {
  const { line, stream, metadata, parsed, error, errorDetails } = result;
  const failed = {
    ...parsed,
    ...(error === '' ? {} : { __error__: error }),
    // `drop __error__` leaves them behind.
    ...(errorDetails === '' ? {} : { __error_details__: errorDetails }),
  };
  const isWell = error === '' && errorDetails === '';
  return { timeNanos: entry.timeNanos, line, stream, metadata, parsed: isWell ? parsed : failed };
}

/** Keeps rows that lie far enough from the last one kept. */
function createSpacing(intervalNanos: bigint): (timeNanos: bigint) => boolean {
  let last: bigint | undefined;
  return (timeNanos) => {
    const distance = last === undefined ? intervalNanos : timeNanos > last ? timeNanos - last : last - timeNanos;
    if (distance < intervalNanos) return false;
    last = timeNanos;
    return true;
  };
}

type Run = (entry: Entry) => PipelineResult | undefined;

/** Parsing has looked at the stages already; what only compiling finds is told in the same words. */
export function compileStages({ stages }: LogQuery, nowNanos: () => bigint): Answered<Run> {
  const pipeline = compilePipeline(stages, { nowNanos });
  if (pipeline.ok) return answeredWith(pipeline.run);
  const { stage, message } = pipeline.problem;
  const named = stages.find((one) => one === stage);
  return refusedWith(400, `parse error : ${named === undefined ? message : printStageProblem(stages, named, message)}`);
}

export function readRows(
  store: Pick<EntryStore, 'select'>,
  question: LogQuestion,
  nowNanos: () => bigint,
  signal: AbortSignal,
): Answered<LogRows> {
  const { tenant, query, startNanos, endNanos, direction, limit, intervalNanos } = question;
  const compiled = compileStages(query, nowNanos);
  if (!compiled.ok) return compiled;
  const run = compiled.value;
  const figures: ReadFigures = { lines: 0, bytes: 0 };
  const isApart = createSpacing(intervalNanos);

  async function* readBatches(): AsyncIterable<readonly StreamRow[]> {
    let left = limit;
    const selection = { tenant, matchers: query.matchers, startNanos, endNanos };
    for await (const batch of store.select(selection, direction, signal)) {
      const rows: StreamRow[] = [];
      for (const entry of batch) {
        figures.lines++;
        figures.bytes += entry.line.length;
        const result = run(entry);
        if (result === undefined || !isApart(entry.timeNanos)) continue;
        rows.push(createRow(entry, result));
        if (--left === 0) break;
      }
      yield rows;
      if (left === 0) return;
    }
  }
  return answeredWith({ batches: readBatches(), figures });
}
