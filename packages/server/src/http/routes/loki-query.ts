// Loki's query and query_range: parameters -> a whole question to the source -> streams, vector, matrix or scalar.
import type { LogQuery, MetricQuery } from '@kubewitness/core/logql';
import type { MetricQuestion, SourceProblem } from '../../loki/index.ts';
import { streamAnswer } from '../answer/stream-answer.ts';
import { getOrRefuse, LokiRefusal } from '../loki/loki-refusal.ts';
import { addRead, type LokiRequest, type LokiScope, wantsCategories } from '../loki/loki-scope.ts';
import { LOKI_JSON, printMetricAnswer, printStreamsAnswer } from '../loki/print-answer.ts';
import {
  findLongRange,
  findTooManyEntries,
  parseInstantParams,
  parseRangeParams,
  type RangeParams,
} from '../loki/query-params.ts';
import { parseQuery } from '../loki/query-text.ts';
import { sendText } from '../loki/send-text.ts';

const NO_LOGS =
  'log queries are not supported as an instant query type, please change your query to a range query type';

function refuseIf(sentence: string | undefined): void {
  if (sentence !== undefined) throw new LokiRefusal(400, sentence);
}

export function addLokiQueryRoutes(scope: LokiScope): void {
  const { context, gate, source, limits, nowNanos } = scope;

  /** To some mistakes of a query Loki answers 500, which asks its clients to try again. Who compares with Loki gets that, nobody else. */
  const asMistake = ({ status, message }: SourceProblem): SourceProblem => ({
    status: status === 500 && context.config.limitsProfile !== 'loki' ? 400 : status,
    message,
  });

  function answerMetric(asked: LokiRequest, query: MetricQuery, window: MetricQuestion['window']) {
    const { tenant, request, reply, form } = asked;
    const beganMs = context.clock();
    return gate.run(
      'logql',
      request,
      reply,
      async (signal) => {
        const answer = await source.runMetricQuery({ tenant, query, window }, signal);
        const { result, figures } = getOrRefuse(answer.ok ? answer : { ok: false, problem: asMistake(answer.problem) });
        const text = printMetricAnswer(result, figures, (context.clock() - beganMs) / 1000);
        const end = await sendText(scope, asked, text, signal);
        return { ...end, rows: figures.lines, value: undefined };
      },
      form.text,
    );
  }

  function answerLogs(asked: LokiRequest, query: LogQuery, params: RangeParams) {
    const { tenant, request, reply, form } = asked;
    const beganMs = context.clock();
    const { startNanos, direction, limit, intervalNanos } = params;
    // The end is exclusive, except that a moment is asked for by start = end.
    const endNanos = params.endNanos === startNanos ? startNanos + 1n : params.endNanos;
    const question = { tenant, query, startNanos, endNanos, direction, limit, intervalNanos };
    return gate.run(
      'logql',
      request,
      reply,
      async (signal) => {
        const { batches, figures } = getOrRefuse(await source.runLogQuery(question, signal));
        let rows = 0;
        const end = await streamAnswer(context, request, reply, {
          contentType: LOKI_JSON,
          chunks: printStreamsAnswer({
            batches,
            figures,
            categorize: wantsCategories(asked),
            seconds: () => (context.clock() - beganMs) / 1000,
            onRows: (more) => {
              rows += more;
            },
          }),
          cutWhenBroken: true,
          compress: true,
          signal,
        });
        return { ...end, rows, value: undefined };
      },
      form.text,
    );
  }

  addRead(scope, '/loki/api/v1/query_range', 'LogQL over a range of time', async (asked) => {
    const params = getOrRefuse(parseRangeParams(asked.form, nowNanos(), limits));
    const query = parseQuery(params.query);
    if (query.kind === 'log') {
      refuseIf(findTooManyEntries(params.limit, limits));
      refuseIf(findLongRange(params, limits));
      return answerLogs(asked, query, params);
    }
    refuseIf(findLongRange(params, limits));
    const { startNanos, endNanos, stepNanos } = params;
    return answerMetric(asked, query, { kind: 'range', startNanos, endNanos, stepNanos });
  });

  addRead(scope, '/loki/api/v1/query', 'LogQL at one moment', async (asked) => {
    const params = getOrRefuse(parseInstantParams(asked.form, nowNanos()));
    const query = parseQuery(params.query);
    if (query.kind === 'log') throw new LokiRefusal(400, NO_LOGS);
    return answerMetric(asked, query, { kind: 'instant', timeNanos: params.timeNanos });
  });
}
