// A live stream as an answer: chunks of a tail -> NDJSON with signs of life, until the client goes or the server stops.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpContext } from '../context.ts';
import type { ReadResult } from './read-gate.ts';
import { streamAnswer } from './stream-answer.ts';

const NEWLINE = new Uint8Array([10]);
/** A tail with nothing to show yet still tells its client at once that it runs. */
const TAIL_HEAD_MS = 250;

export async function streamTail(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  open: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
  clientGone: AbortSignal,
): Promise<ReadResult<undefined>> {
  const signal = AbortSignal.any([clientGone, context.stopping]);
  let rows = 0;
  async function* beats(): AsyncIterable<Uint8Array> {
    try {
      for await (const chunk of open(signal)) {
        rows += countLines(chunk);
        // An empty chunk is a sign of life, and HTTP sends nothing for it: an empty line does.
        yield chunk.length === 0 ? NEWLINE : chunk;
      }
    } catch (error) {
      // Stopping is the ordinary end of a tail, whatever the store throws when its signal aborts.
      if (!signal.aborted) throw error;
    }
  }
  const end = await streamAnswer(context, request, reply, {
    contentType: 'application/x-ndjson',
    chunks: beats(),
    headAfterMs: TAIL_HEAD_MS,
    compress: true,
    signal: clientGone,
  });
  return { ...end, rows, value: undefined };
}

function countLines(chunk: Uint8Array): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}
