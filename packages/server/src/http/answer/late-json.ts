// A JSON answer that may take long: sends spaces, which JSON allows in front, so that nobody on the way takes silence for death.
import { TRAILERS } from '@kubewitness/core/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpContext } from '../context.ts';
import { createInternal, findProblem } from '../problems.ts';

/**
 * Within the first beat an error still gets its own status. After it the status is 200 already, so a failure cuts the connection
 * after a `kubewitness-problem` trailer: no program can take the answer for whole.
 */
export async function answerLate(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: Promise<unknown>,
): Promise<unknown> {
  let beat: NodeJS.Timeout | undefined;
  const patience = new Promise<'late'>((resolve) => {
    beat = setTimeout(() => resolve('late'), context.limits.beatMs);
  });
  const first = await Promise.race([work.then((value) => ({ value })), patience]).finally(() => clearTimeout(beat));
  if (first !== 'late') return first.value;

  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { 'content-type': 'application/json; charset=utf-8', trailer: TRAILERS.problem });
  raw.write(' ');
  const beats = setInterval(() => raw.write(' '), context.limits.beatMs);
  try {
    raw.end(JSON.stringify(await work));
  } catch (error) {
    const problem = findProblem(error)?.problem ?? createInternal(request.id);
    context.log.error(
      { request: request.id, code: problem.code, err: error },
      'a request failed after its answer began',
    );
    raw.addTrailers({ [TRAILERS.problem]: JSON.stringify(problem).replace(/[^\x20-\x7e]/g, '?') });
    raw.end();
  } finally {
    clearInterval(beats);
  }
  return undefined;
}
