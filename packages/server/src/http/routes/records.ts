// Routes that read records: records, top, stats, tail, quarantine. Parameters -> question -> answer.
import {
  API,
  type Parsed,
  parseCount,
  parseFilterRequest,
  parseRecordsRequest,
  parseTailRequest,
  parseTopRequest,
  suggest,
} from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import { answered, type ReadGate } from '../answer/read-gate.ts';
import { streamAnswer } from '../answer/stream-answer.ts';
import { streamTail } from '../answer/stream-tail.ts';
import type { HttpContext } from '../context.ts';
import { HttpProblem } from '../problems.ts';
import { readParams } from '../request-facts.ts';
import {
  FILTER_QUERY,
  jsonAnswer,
  LIMIT_QUERY,
  RECORDS_QUERY,
  REFUSALS,
  ref,
  STREAMED_ROWS,
  TAIL_QUERY,
  TOP_QUERY,
} from './route-docs.ts';

const NDJSON = 'application/x-ndjson';
const MAX_QUARANTINE_ROWS = 10_000;

export function getParsed<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new HttpProblem('KW_BAD_REQUEST', parsed.problem);
}

export function addRecordRoutes(app: FastifyInstance, context: HttpContext, gate: ReadGate): void {
  const { query } = context;
  const nowNanos = () => BigInt(context.clock()) * 1_000_000n;
  const config = { need: 'read' } as const;

  app.get(
    API.records,
    { config, schema: { summary: 'Search records', querystring: RECORDS_QUERY, response: STREAMED_ROWS } },
    (request, reply) => {
      const question = getParsed(parseRecordsRequest(readParams(request.raw), nowNanos()));
      return gate.run('records', request, reply, async (signal) => {
        const stream = await query.records(question, signal);
        const { chunks } = stream;
        const end = await streamAnswer(context, request, reply, {
          contentType: NDJSON,
          chunks,
          nextCursor: () => stream.nextCursor(),
          compress: true,
          signal,
        });
        return { ...end, rows: stream.rows(), value: undefined };
      });
    },
  );

  app.get(
    API.tail,
    { config, schema: { summary: 'Follow new records', querystring: TAIL_QUERY, response: STREAMED_ROWS } },
    (request, reply) => {
      const question = getParsed(parseTailRequest(readParams(request.raw), nowNanos()));
      return gate.run('tail', request, reply, (clientGone) =>
        streamTail(context, request, reply, (signal) => query.tail(question, signal), clientGone),
      );
    },
  );

  app.get(
    API.top,
    {
      config,
      schema: {
        summary: 'Most frequent values of a field',
        querystring: TOP_QUERY,
        response: jsonAnswer('TopAnswer', 'Values with their counts'),
      },
    },
    (request, reply) => {
      const question = getParsed(parseTopRequest(readParams(request.raw), nowNanos()));
      return gate.run('top', request, reply, async (signal) => {
        const answer = await query.top(question, signal);
        return answered(answer, answer.rows.length);
      });
    },
  );

  app.get(
    API.stats,
    {
      config,
      schema: {
        summary: 'Figures about the records of a filter',
        querystring: FILTER_QUERY,
        response: jsonAnswer('StatsAnswer', 'Counts and durations'),
      },
    },
    (request, reply) => {
      const filter = getParsed(parseFilterRequest(readParams(request.raw), nowNanos()));
      return gate.run('stats', request, reply, async (signal) => answered(await query.stats(filter, signal), 1));
    },
  );

  const quarantineDocs = {
    summary: 'Lines that were not recognised, newest first',
    querystring: LIMIT_QUERY,
    response: { 200: { description: 'Newest first', type: 'array', items: ref('QuarantineRow') }, ...REFUSALS },
  };
  app.get(API.quarantine, { config, schema: quarantineDocs }, (request, reply) => {
    const params = readParams(request.raw);
    const unknown = [...params.keys()].find((name) => name !== 'limit');
    if (unknown !== undefined)
      throw new HttpProblem(
        'KW_BAD_REQUEST',
        `${JSON.stringify(unknown)} is not a parameter of this request; ${suggest(unknown, ['limit'])}`,
      );
    const limit = getParsed(parseCount('limit', params.get('limit') ?? [])) ?? 100;
    const most = Math.min(limit === 0 ? MAX_QUARANTINE_ROWS : limit, MAX_QUARANTINE_ROWS);
    return gate.run('quarantine', request, reply, async (signal) => {
      const rows = await query.quarantine(most, signal);
      return answered(rows, rows.length);
    });
  });
}
