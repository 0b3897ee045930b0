// Before each request: who asks, and may they? After each: headers, figures, and an end to bodies nobody reads.
import type { FastifyInstance } from 'fastify';
import { authProblem } from '../auth/index.ts';
import type { HttpContext } from './context.ts';
import { HttpProblem } from './problems.ts';
import { readFacts } from './request-facts.ts';

/** How long a refused sender may go on sending before the connection is cut: enough to read the refusal. */
const LINGER_MS = 1000;

const PLAIN_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

export function addIdentification(app: FastifyInstance, context: HttpContext): void {
  const { guard } = context.auth;
  app.decorateRequest('principal', null);
  app.decorateRequest('recorded', null);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(PLAIN_HEADERS);
    reply.header('x-request-id', request.id);
    if (request.is404) return;
    const need = request.routeOptions.config.need ?? 'admin';
    if (need === 'none') return;
    const identified = guard.authenticate(readFacts(request.raw), need);
    const problem = identified.ok ? guard.authorize(identified.value, need) : identified.problem;
    if (problem !== undefined) {
      context.metrics.authRefused.inc({ code: problem.code });
      if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="kubewitness"');
      throw Object.assign(new Error(problem.detail), authProblem(problem.code, problem.detail));
    }
    if (identified.ok) request.principal = identified.value;
    if (context.stopping.aborted)
      throw new HttpProblem('KW_STOPPING', 'the server is stopping; ask again when it is back.', 5);
  });

  app.addHook('onSend', async (request, reply) => {
    if (context.stopping.aborted) reply.header('connection', 'close');
    if (request.raw.complete) return;
    // A body that is not wanted is not read to its end, be it a gigabyte. Closing at once could lose the answer on its way
    // (the kernel resets a connection with unread bytes), so the sender has a moment to read it.
    reply.raw.once('finish', () => {
      setTimeout(() => {
        if (!request.raw.complete) request.raw.destroy();
      }, LINGER_MS).unref();
    });
  });

  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    context.metrics.httpRequests.inc({ route, code: String(reply.raw.statusCode) });
    context.log.debug(
      {
        request: request.id,
        method: request.method,
        route,
        status: reply.raw.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
}
