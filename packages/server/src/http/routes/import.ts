// Route of imports: a log as the body -> the summary, once everything of it is stored.
import { API, type Params, suggest } from '@kubewitness/core/wire';
import type { FastifyInstance } from 'fastify';
import { answerLate } from '../answer/late-json.ts';
import { idleChunks } from '../body/idle-chunks.ts';
import type { HttpContext } from '../context.ts';
import type { ImportSource } from '../ports.ts';
import { HttpProblem } from '../problems.ts';
import { readParams } from '../request-facts.ts';
import { IMPORT_NAMES, IMPORT_QUERY, jsonAnswer } from './route-docs.ts';

const MAX_VALUE_CHARS = 4096;

function parseSource(params: Params): ImportSource {
  for (const [name, values] of params) {
    if (!IMPORT_NAMES.some((n) => n === name))
      throw new HttpProblem(
        'KW_BAD_REQUEST',
        `${JSON.stringify(name)} is not a parameter of this request; ${suggest(name, IMPORT_NAMES)}`,
      );
    const value = values.at(-1) ?? '';
    if (value.length > MAX_VALUE_CHARS || /\p{Cc}/u.test(value))
      throw new HttpProblem('KW_BAD_REQUEST', `${name} is too long or has control characters; write it plainly.`);
  }
  const last = (name: string) => params.get(name)?.at(-1) ?? '';
  return { name: last('name') || '-', cluster: last('cluster'), host: last('host'), component: last('component') };
}

export function addImportRoute(app: FastifyInstance, context: HttpContext): void {
  const schema = {
    summary: 'Load a log',
    description:
      'The body is a log in any known form, plain or packed, of any length. The answer comes when every record of it can be found.',
    querystring: IMPORT_QUERY,
    response: jsonAnswer('ImportSummary', 'What became of its lines'),
  };
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.post(API.import, { config: { need: 'ingest' }, schema }, async (request, reply) => {
      const upload = context.imports.start(parseSource(readParams(request.raw)));
      const client = new AbortController();
      const onClose = () => {
        if (!reply.raw.writableFinished) client.abort();
      };
      reply.raw.once('close', onClose);
      const signal = AbortSignal.any([client.signal, context.deadline]);
      try {
        // Not destroyed when the intake stops early: the sender still gets its answer on this connection.
        await upload.take(idleChunks(request.raw.iterator({ destroyOnReturn: false }), context.limits.idleMs), signal);
        return await answerLate(context, request, reply, context.imports.awaitStored(upload.id, signal));
      } catch (error) {
        // Who went away gets no answer, and what was read of the body stays in the spool.
        if (!client.signal.aborted) throw error;
        context.log.info({ request: request.id }, 'An import ended with its sender.');
        return reply.hijack();
      } finally {
        reply.raw.off('close', onClose);
      }
    });
  });
}
