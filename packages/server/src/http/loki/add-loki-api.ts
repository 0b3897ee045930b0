// Loki's API, added to the server: its routes in a scope of their own, since bodies are forms or raw bytes there and refusals plain text.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createAdmission, readLimits } from '../../loki/index.ts';
import type { ReadGate } from '../answer/read-gate.ts';
import type { HttpContext } from '../context.ts';
import { findMethods, type KnownRoute } from '../known-routes.ts';
import { createInternal, findProblem } from '../problems.ts';
import { addLokiCatalogRoutes } from '../routes/loki-catalog.ts';
import { addLokiFieldRoutes } from '../routes/loki-fields.ts';
import { addLokiMetaRoutes } from '../routes/loki-meta.ts';
import { addLokiPushRoutes } from '../routes/loki-push.ts';
import { addLokiQueryRoutes } from '../routes/loki-query.ts';
import { addLokiRuleRoutes } from '../routes/loki-rules.ts';
import { addLokiTailRoute } from '../routes/loki-tail.ts';
import { LokiRefusal } from './loki-refusal.ts';
import { type LokiScope, lokiPaths } from './loki-scope.ts';

/** Queries are texts of people; a megabyte of them is a mistake. */
const MAX_FORM_BYTES = 2 ** 20;
const RETRY_SECONDS = 5;
const STOPPED = 'the server stopped before the answer was whole; ask again when it is back.\n';

function sendPlain(reply: FastifyReply, status: number, text: string, retryAfterSeconds?: number): FastifyReply {
  const retry = retryAfterSeconds ?? ([429, 503].includes(status) ? RETRY_SECONDS : undefined);
  if (retry !== undefined) reply.header('retry-after', String(retry));
  return reply.code(status).type('text/plain; charset=utf-8').send(text);
}

function addPlainRefusals(app: FastifyInstance, context: HttpContext): void {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof LokiRefusal) return sendPlain(reply, error.status, error.message, error.retryAfterSeconds);
    const found = findProblem(error);
    if (found !== undefined)
      return sendPlain(reply, found.problem.status, found.problem.detail, found.retryAfterSeconds);
    if (context.deadline.aborted) return sendPlain(reply, 503, STOPPED);
    const what = { request: request.id, route: request.routeOptions.url, err: error };
    // Who left broke the work off: no fault of anybody.
    if (reply.raw.destroyed) context.log.debug(what, 'a request ended with its client');
    else context.log.error(what, 'a request failed');
    const internal = createInternal(request.id);
    return sendPlain(reply, internal.status, internal.detail);
  });
}

/** `routes`: all that is served, for who takes the wrong method. */
export function addLokiApi(
  app: FastifyInstance,
  context: HttpContext,
  gate: ReadGate,
  routes: readonly KnownRoute[],
): void {
  const source = context.loki;
  if (source === undefined) return;
  const limits = readLimits(context.config);
  const shared = {
    context,
    gate,
    source,
    limits,
    admission: createAdmission(limits),
    nowNanos: () => BigInt(context.clock()) * 1_000_000n,
  };

  void app.register(async (outer) => {
    addPlainRefusals(outer, context);
    outer.removeAllContentTypeParsers();
    await outer.register(async (reads) => {
      reads.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
        (_request, body, done) => done(null, body),
      );
      // Any other body is not looked at, as in Go.
      reads.addContentTypeParser('*', (_request, _payload, done) => done(null));
      const scope: LokiScope = { ...shared, app: reads };
      addLokiQueryRoutes(scope);
      addLokiCatalogRoutes(scope);
      addLokiFieldRoutes(scope);
      addLokiTailRoute(scope);
      addLokiMetaRoutes(scope);
      addLokiRuleRoutes(scope);
      for (const url of lokiPaths('/loki/*')) {
        reads.all(url, { config: { need: 'none' }, schema: { hide: true } }, (request, reply) => {
          const methods = findMethods(routes, request.url.split('?')[0] ?? '');
          if (methods.length === 0) return sendPlain(reply, 404, '404 page not found\n');
          const sentence = `Method Not Allowed: this path takes ${methods.join(' and ')}, not ${request.method}\n`;
          return sendPlain(reply.header('allow', methods.join(', ')), 405, sentence);
        });
      }
    });
    await outer.register(async (writes) => {
      writes.addContentTypeParser('*', (_request, _payload, done) => done(null));
      addLokiPushRoutes({ ...shared, app: writes });
    });
  });
}
