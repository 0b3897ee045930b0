// A whole answer of Loki's API, compressed when the client asks: text in, bytes sent, figures for the log of reads out.
import { streamAnswer } from '../answer/stream-answer.ts';
import type { LokiRequest, LokiScope } from './loki-scope.ts';
import { LOKI_JSON } from './print-answer.ts';

const encoder = new TextEncoder();

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield encoder.encode(text);
}

export function sendText(scope: LokiScope, asked: LokiRequest, text: string, signal: AbortSignal) {
  return streamAnswer(scope.context, asked.request, asked.reply, {
    contentType: LOKI_JSON,
    chunks: once(text),
    compress: true,
    signal,
  });
}
