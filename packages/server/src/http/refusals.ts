// Every refusal as an RFC 9457 Problem: errors of routes, unknown paths and methods, and bytes that are no HTTP.
import type { Socket } from 'node:net';
import type { Problem } from '@kubewitness/core/wire';
import { findNearest } from '@kubewitness/core/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { HttpContext } from './context.ts';
import { findMethods, type KnownRoute, listRoots } from './known-routes.ts';
import { createInternal, createProblem, findProblem, HTTP_CODES, type HttpCode, HttpProblem } from './problems.ts';

const RETRY_SECONDS = 5;

function send(reply: FastifyReply, problem: Problem, retryAfterSeconds: number | undefined): FastifyReply {
  // Clients of Kubernetes try again by themselves only when they are told when.
  const retry = retryAfterSeconds ?? ([429, 503].includes(problem.status) ? RETRY_SECONDS : undefined);
  if (retry !== undefined) reply.header('retry-after', String(retry));
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

export function addRefusals(app: FastifyInstance, context: HttpContext, routes: readonly KnownRoute[]): void {
  app.setErrorHandler((error, request, reply) => {
    if (context.deadline.aborted) {
      return send(
        reply,
        createProblem(
          'KW_STOPPING',
          503,
          HTTP_CODES.KW_STOPPING.title,
          'the server stopped before the answer was whole; ask again when it is back.',
        ),
        5,
      );
    }
    const found = findProblem(error);
    if (found !== undefined) return send(reply, found.problem, found.retryAfterSeconds);
    const what = { request: request.id, route: request.routeOptions.url, err: error };
    // Who left broke the work off: no fault of anybody.
    if (reply.raw.destroyed) context.log.debug(what, 'a request ended with its client');
    else context.log.error(what, 'a request failed');
    return send(reply, createInternal(request.id), undefined);
  });

  app.setNotFoundHandler((request, reply) => {
    const path = (request.raw.url ?? '/').split('?')[0] ?? '/';
    const methods = findMethods(routes, path);
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '));
      throw new HttpProblem('KW_METHOD_NOT_ALLOWED', `${path} takes ${methods.join(' and ')}, not ${request.method}.`);
    }
    // Only the nearest: there are more than a hundred.
    const urls = routes.map((route) => route.url).filter((url) => url !== '/' && !url.endsWith('*'));
    const nearest = findNearest(path, urls);
    throw new HttpProblem(
      'KW_NOT_FOUND',
      `there is nothing at ${JSON.stringify(path.slice(0, 200))}; ${nearest === undefined ? '' : `did you mean ${nearest}? `}paths begin with ${listRoots(routes).join(', ')}; /openapi.json has all of them.`,
    );
  });
}

/** Bytes that Node could not read as HTTP: there is no request yet, so the answer is written by hand. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const refused: readonly [HttpCode, string] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [
          'KW_HEADERS_TOO_LARGE',
          'the request line and headers are larger than 32 KiB; ask with fewer or shorter parameters.',
        ]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['KW_REQUEST_TIMEOUT', 'the request line and headers came too slowly; send them again.']
        : [
            'KW_BAD_REQUEST',
            'these bytes are not an HTTP request; does the client speak TLS to a plain port, or the other way round?',
          ];
  const { status, title } = HTTP_CODES[refused[0]];
  const body = JSON.stringify(createProblem(refused[0], status, title, refused[1]));
  const head = `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  socket.end(head + body);
}
