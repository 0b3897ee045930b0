// Frames: the texts that a server sends over a WebSocket, one by one; the reader's pace is the sender's. Refusals are those of plain requests.
import type { WebSocket } from 'ws';
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import type { CliProblem } from './problem.ts';
import { explainCut, explainFailure, explainRefusal } from './refusal.ts';

export interface Frames {
  readonly texts: AsyncIterable<string>;
  /** Why the server ended it, once it has. */
  endReason(): string;
}

export interface FramesCall {
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Frames that may wait here; beyond it the socket is not read. */
const MAX_WAITING = 64;
const MAX_FRAME_BYTES = 256 * 2 ** 20;

function printUrl(endpoint: Endpoint, path: string): string {
  if (endpoint.kind === 'unix') return `ws+unix:${endpoint.path}:${path}`;
  return `${endpoint.url.protocol === 'https:' ? 'wss' : 'ws'}://${endpoint.url.host}${endpoint.url.pathname.replace(/\/+$/, '')}${path}`;
}

/** Resolves when the server has agreed. */
export async function openFrames(connection: Connection, call: FramesCall): Promise<Frames> {
  const { endpoint, token, authority } = connection;
  // Loaded only now: one flag of one command needs it.
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(printUrl(endpoint, call.path), {
    headers: {
      'user-agent': 'kubewitness-cli',
      ...call.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    maxPayload: MAX_FRAME_BYTES,
    ...(authority === undefined ? {} : { ca: authority }),
  });
  const queue = new FrameQueue(socket);
  const abort = (): void => socket.terminate();
  call.signal.addEventListener('abort', abort, { once: true });
  socket.once('close', () => call.signal.removeEventListener('abort', abort));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', (error) => reject(explainFailure(endpoint, error)));
      socket.once('unexpected-response', (_request, response) => {
        void explainRefusal(endpoint, token !== undefined, response, call.path).then(reject, reject);
      });
    });
  } catch (error) {
    socket.terminate();
    call.signal.throwIfAborted();
    throw error;
  }
  return { texts: queue.read(call.signal), endReason: () => queue.endReason };
}

class FrameQueue {
  endReason = '';
  readonly #socket: WebSocket;
  readonly #waiting: string[] = [];
  #failure: CliProblem | undefined;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#waiting.push(String(data));
      if (this.#waiting.length >= MAX_WAITING) socket.pause();
      this.#wake();
    });
    socket.on('error', (error) => {
      this.#failure = explainCut(undefined, error);
    });
    socket.on('close', (code, reason) => {
      this.#ended = true;
      this.endReason = String(reason);
      // 1000: done; 1001: the server is going; 1006: the connection broke without a word.
      if (code !== 1000 && code !== 1001)
        this.#failure ??= explainCut(undefined, new Error(this.endReason || 'the connection was cut'));
      this.#wake();
    });
  }

  async *read(signal: AbortSignal): AsyncGenerator<string> {
    try {
      for (;;) {
        const text = this.#waiting.shift();
        if (text !== undefined) {
          if (this.#waiting.length === 0 && this.#socket.isPaused) this.#socket.resume();
          yield text;
          continue;
        }
        signal.throwIfAborted();
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#ended) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.#socket.close();
    }
  }
}
