// Routes about sessions: the list, one of them, the live list, and who can. Parameters -> question -> answer.
import {
  ACCESS_VERBS,
  API,
  parseSessionsRequest,
  parseSessionTailRequest,
  parseWhoCanRequest,
  SESSION_KINDS,
} from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import { answered, type ReadGate } from '../answer/read-gate.ts';
import { streamTail } from '../answer/stream-tail.ts';
import type { HttpContext } from '../context.ts';
import { readParams } from '../request-facts.ts';
import { getParsed } from './records.ts';
import { jsonAnswer, REFUSALS, ref } from './route-docs.ts';

const texts = (description: string) => ({ type: 'array', items: { type: 'string' }, description });
const text = (description: string) => ({ type: 'string', description });
const TIMES = {
  since: text('a duration before now, a day or RFC 3339: sessions that were going on since'),
  'since-time': text('as `since`'),
  until: text('as `since`: sessions that began before'),
};
const REPEATED = 'repeated values are or-ed, a leading `!` negates, `~` begins a regular expression';
const FILTER_PROPERTIES = {
  kind: { ...texts(`repeated or separated by commas`), items: { type: 'string', enum: SESSION_KINDS } },
  user: texts(`the authenticated user, the impersonated one or the name typed at a login; ${REPEATED}`),
  namespace: texts(REPEATED),
  pod: texts(`the pod somebody was in, or the pod that was debugged; ${REPEATED}`),
  node: texts(REPEATED),
  cluster: texts(REPEATED),
  open: { type: 'boolean', description: 'only those that are still open' },
  denied: { type: 'boolean', description: 'only refused and failed attempts' },
  ...TIMES,
};
const SESSIONS_QUERY = {
  type: 'object',
  properties: {
    ...FILTER_PROPERTIES,
    limit: { type: 'integer', description: 'the newest so many; default 100, 0 = all' },
  },
};
const WHO_CAN_QUERY = {
  type: 'object',
  properties: {
    verb: { type: 'string', enum: ACCESS_VERBS, description: 'default exec' },
    namespace: text('default: all'),
    ...TIMES,
  },
};
const STREAMED_SESSIONS = {
  200: {
    description:
      'One JSON object a line: a session that began, changed or ended, as it is known then. Empty lines are signs of life.',
    content: { 'application/x-ndjson': { schema: ref('SessionRow') } },
  },
  ...REFUSALS,
};

export function addSessionRoutes(app: FastifyInstance, context: HttpContext, gate: ReadGate): void {
  const { query } = context;
  const nowNanos = () => BigInt(context.clock()) * 1_000_000n;
  const config = { need: 'read' } as const;

  const listDocs = {
    summary: 'Who was inside what, the oldest first',
    querystring: SESSIONS_QUERY,
    response: jsonAnswer('SessionsAnswer', 'The newest sessions that fit'),
  };
  // The compiled serializer weighs each of the values that may be null; the answer is ours, and plain.
  const serializerCompiler = () => (value: unknown) => JSON.stringify(value);
  app.get(API.sessions, { config, schema: listDocs, serializerCompiler }, (request, reply) => {
    const question = getParsed(parseSessionsRequest(readParams(request.raw), nowNanos()));
    return gate.run('sessions', request, reply, async (signal) => {
      const answer = await query.sessions(question, signal);
      return answered(answer, answer.sessions.length);
    });
  });

  const tailDocs = {
    summary: 'Follow sessions as they begin, change and end',
    querystring: { type: 'object', properties: FILTER_PROPERTIES },
    response: STREAMED_SESSIONS,
  };
  app.get(API.sessionsTail, { config, schema: tailDocs }, (request, reply) => {
    const filter = getParsed(parseSessionTailRequest(readParams(request.raw), nowNanos()));
    return gate.run('tail', request, reply, (clientGone) =>
      streamTail(context, request, reply, (signal) => query.sessionTail(filter, signal), clientGone),
    );
  });

  const whoCanDocs = {
    summary: 'Who did exec, attach or debug, under which right, and who was refused',
    querystring: WHO_CAN_QUERY,
    response: jsonAnswer('WhoCanAnswer', 'Recorded decisions'),
  };
  app.get(API.whoCan, { config, schema: whoCanDocs }, (request, reply) => {
    const question = getParsed(parseWhoCanRequest(readParams(request.raw), nowNanos()));
    return gate.run('sessions', request, reply, async (signal) => {
      const answer = await query.whoCan(question, signal);
      return answered(answer, answer.granted.length + answer.refused.length);
    });
  });

  const showDocs = {
    summary: 'One session, its records and what was around it',
    params: { type: 'object', properties: { id: text('16 hex digits') }, required: ['id'] },
    response: jsonAnswer('SessionStory', 'The session'),
  };
  app.get<{ Params: { id: string } }>(`${API.sessions}/:id`, { config, schema: showDocs }, (request, reply) =>
    gate.run('sessions', request, reply, async (signal) => {
      const answer = await query.sessionStory(request.params.id, signal);
      return answered(answer, answer.records.length + answer.around.length);
    }),
  );
}
