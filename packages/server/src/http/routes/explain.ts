// Explain: the parameters of Loki's query and query_range -> plan, SQL and what was read, instead of the answer.
import { API } from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import { readLimits } from '../../loki/index.ts';
import type { ExplainQuestion } from '../../query/index.ts';
import { answered, type ReadGate } from '../answer/read-gate.ts';
import type { HttpContext } from '../context.ts';
import { readForm } from '../loki/loki-form.ts';
import { getOrRefuse, LokiRefusal } from '../loki/loki-refusal.ts';
import {
  findLongRange,
  findTooManyEntries,
  parseInstantParams,
  parseRangeParams,
  type RangeParams,
} from '../loki/query-params.ts';
import { parseQuery } from '../loki/query-text.ts';
import { readTenant } from '../loki/tenant.ts';
import { HttpProblem } from '../problems.ts';
import { readQueryText } from '../request-facts.ts';
import { jsonAnswer } from './route-docs.ts';

const text = (description: string) => ({ type: 'string', description });
const TIME = 'seconds or nanoseconds since 1970, or RFC 3339';
const EXPLAIN_QUERY = {
  type: 'object',
  properties: {
    query: text('LogQL'),
    time: text(`a moment: the query is asked at it, as /loki/api/v1/query does; ${TIME}`),
    start: text(`without \`time\`: as /loki/api/v1/query_range; ${TIME}`),
    end: text(TIME),
    step: text('seconds or a duration'),
    limit: text('lines of a log query; default 100'),
    direction: { type: 'string', enum: ['backward', 'forward'] },
    interval: text('seconds or a duration between lines'),
  },
};

function refuseIf(sentence: string | undefined): void {
  if (sentence !== undefined) throw new LokiRefusal(400, sentence);
}

/** Loki's sentences, as a problem of this server's own API. */
function asProblem(error: unknown): unknown {
  return error instanceof LokiRefusal ? new HttpProblem('KW_BAD_REQUEST', error.message.trim()) : error;
}

export function addExplainRoute(app: FastifyInstance, context: HttpContext, gate: ReadGate): void {
  const { config, explain } = context;
  if (explain === undefined) return;
  const limits = readLimits(config);
  const nowNanos = () => BigInt(context.clock()) * 1_000_000n;

  function readRange(tenant: string, params: RangeParams): ExplainQuestion {
    const query = parseQuery(params.query);
    refuseIf(findLongRange(params, limits));
    const { startNanos, endNanos, stepNanos, direction, limit, intervalNanos } = params;
    if (query.kind !== 'log') {
      return { kind: 'metric', tenant, query, window: { kind: 'range', startNanos, endNanos, stepNanos } };
    }
    refuseIf(findTooManyEntries(limit, limits));
    // The end is exclusive, except that a moment is asked for by start = end.
    const until = endNanos === startNanos ? startNanos + 1n : endNanos;
    return { kind: 'log', tenant, query, startNanos, endNanos: until, direction, limit, intervalNanos };
  }

  const schema = {
    summary:
      'What the engine and the server do for a LogQL query, and what it costs; refusals are the sentences of Loki',
    querystring: EXPLAIN_QUERY,
    response: jsonAnswer('ExplainAnswer', 'Tree, plan, statements and figures'),
  };
  function readQuestion(tenant: string, form: ReturnType<typeof readForm>): ExplainQuestion {
    if (form.first('time') === '') return readRange(tenant, getOrRefuse(parseRangeParams(form, nowNanos(), limits)));
    const { query: asked, timeNanos } = getOrRefuse(parseInstantParams(form, nowNanos()));
    const query = parseQuery(asked);
    if (query.kind === 'log') throw new LokiRefusal(400, 'a log query has no moment; ask with start and end');
    return { kind: 'metric', tenant, query, window: { kind: 'instant', timeNanos } };
  }

  app.get(API.explain, { config: { need: 'read' }, schema }, async (request, reply) => {
    try {
      const form = readForm(readQueryText(request.raw), '');
      const question = readQuestion(readTenant(config, request.raw, undefined), form);
      return await gate.run('logql', request, reply, async (signal) => {
        const answer = getOrRefuse(await explain(question, signal));
        return answered(answer, answer.answered);
      });
    } catch (error) {
      throw asProblem(error);
    }
  });
}
