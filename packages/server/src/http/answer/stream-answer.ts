// Streams an answer: chunks -> response, as fast as the client reads, with trailers for what is known only at the end.
import type { ServerResponse } from 'node:http';
import { type Problem, TRAILERS } from '@kubewitness/core/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpContext } from '../context.ts';
import { createInternal, findProblem, HttpProblem } from '../problems.ts';
import { gzipChunks, wantsGzip } from './gzip-chunks.ts';

export interface StreamedAnswer {
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Asked once the chunks have ended well. */
  readonly nextCursor?: () => string | undefined;
  /** Send the head after this long even without a first chunk; without it the status waits for the first chunk. */
  readonly headAfterMs?: number;
  /** The body is an archive: when it breaks off, cut the connection so that no program takes it for whole. */
  readonly cutWhenBroken?: boolean;
  /** Told at the end, where the bytes do not show it. */
  readonly records?: () => number;
  /** Compress when the client asks. */
  readonly compress: boolean;
  readonly signal: AbortSignal;
}

export interface StreamEnd {
  readonly bytes: number;
  readonly outcome: 'ok' | 'aborted' | 'failed';
  readonly code: string;
}

/** Header values are ASCII; JSON can say everything in it. */
function printAsciiJson(value: Problem): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Waits until the client took what was written; gives up on one that takes nothing for `idleMs`. */
function waitForReader(raw: ServerResponse, idleMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (settle: () => void) => () => {
      clearTimeout(timer);
      raw.off('drain', drained);
      raw.off('close', closed);
      settle();
    };
    const drained = stop(resolve);
    const closed = stop(resolve);
    const late = stop(() =>
      reject(
        new HttpProblem(
          'KW_SLOW_READER',
          `the client read nothing for ${idleMs / 1000} s, so the answer was given up; read faster or ask for less.`,
        ),
      ),
    );
    const timer = setTimeout(late, idleMs);
    raw.once('drain', drained);
    raw.once('close', closed);
  });
}

/** One chunk ahead, so that an error before the first byte still gets its own status. */
async function peek(chunks: AsyncIterable<Uint8Array>, headAfterMs: number | undefined) {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = iterator.next();
  let timer: NodeJS.Timeout | undefined;
  const waits: Promise<unknown>[] = [first];
  if (headAfterMs !== undefined) waits.push(new Promise((resolve) => (timer = setTimeout(resolve, headAfterMs))));
  try {
    await Promise.race(waits);
  } finally {
    clearTimeout(timer);
  }
  async function* whole(): AsyncIterable<Uint8Array> {
    try {
      for (let step = await first; step.done !== true; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  }
  return whole();
}

/** Resolves when the answer is out, or rejects while nothing is: then the caller answers with the problem. */
export async function streamAnswer(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: StreamedAnswer,
): Promise<StreamEnd> {
  let chunks = await peek(answer.chunks, answer.headAfterMs);
  await request.recorded;
  const gzip = answer.compress && wantsGzip(request.headers['accept-encoding']);
  if (gzip) chunks = gzipChunks(chunks);
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    'content-type': answer.contentType,
    // HTTP/1.0, which proxies speak unless told otherwise, has no chunks and so no place for trailers; Node refuses to announce them there.
    ...(request.raw.httpVersion === '1.0' ? {} : { trailer: Object.values(TRAILERS).join(', ') }),
    vary: 'accept-encoding',
    ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    ...answer.headers,
  });
  raw.flushHeaders();
  let bytes = 0;
  const gone = () => raw.destroyed || answer.signal.aborted;
  try {
    for await (const chunk of chunks) {
      if (gone()) break;
      bytes += chunk.length;
      if (!raw.write(chunk)) await waitForReader(raw, context.limits.idleMs);
    }
    if (gone()) return finishAborted(context, raw, bytes);
    const cursor = answer.nextCursor?.();
    if (cursor !== undefined) raw.addTrailers({ [TRAILERS.nextCursor]: cursor });
    if (answer.records !== undefined) raw.addTrailers({ [TRAILERS.records]: String(answer.records()) });
    raw.end();
    return { bytes, outcome: 'ok', code: '' };
  } catch (error) {
    if (gone()) return finishAborted(context, raw, bytes);
    const problem = findProblem(error)?.problem ?? createInternal(request.id);
    context.log.error({ request: request.id, code: problem.code, err: error }, 'an answer broke off');
    raw.addTrailers({ [TRAILERS.problem]: printAsciiJson(problem) });
    if (answer.cutWhenBroken === true || problem.code === 'KW_SLOW_READER') raw.destroy();
    else raw.end();
    return { bytes, outcome: 'failed', code: problem.code };
  }
}

/** The client went (nobody to tell), or the server's grace period is over. */
function finishAborted(context: HttpContext, raw: ServerResponse, bytes: number): StreamEnd {
  if (!raw.destroyed && context.stopping.aborted) {
    raw.addTrailers({
      [TRAILERS.problem]: printAsciiJson({
        type: 'docs/errors/KW_STOPPING.md',
        title: 'The server is stopping',
        status: 503,
        code: 'KW_STOPPING',
        detail: 'the server stopped before the answer was whole; ask again when it is back.',
      }),
    });
    raw.end();
  } else raw.destroy();
  return { bytes, outcome: 'aborted', code: context.stopping.aborted ? 'KW_STOPPING' : '' };
}
