// HttpClient: one server, spoken to over TCP, TLS or a unix socket. Requests in; checked answers, or a CliProblem, out.
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { TRAILERS } from '@kubewitness/core/wire';
import type { Connection } from './connection.ts';
import { type Frames, openFrames } from './open-frames.ts';
import { CliProblem } from './problem.ts';
import { explainCut, explainFailure, explainRefusal, readBody } from './refusal.ts';

/** Values by parameter name, in the order given. */
export type Params = ReadonlyMap<string, readonly string[]>;

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly params?: Params;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it comes, in chunks. */
  readonly body?: Readable;
  readonly signal: AbortSignal;
}

/** A streamed answer with status 2xx. */
export interface Answer {
  /** The bytes as they arrive; throws a CliProblem when the answer broke off, even after its last whole line. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Valid after the last chunk. */
  nextCursor(): string | undefined;
  /** Of an export, valid after the last chunk. */
  records(): number | undefined;
}

export interface HttpClient {
  /** How users know the server. */
  readonly address: string;
  open(call: Call): Promise<Answer>;
  /** The whole answer as JSON, at most 64 MiB. */
  getJson(call: Call): Promise<unknown>;
  /** Texts that the server sends over a WebSocket. */
  follow(call: Pick<Call, 'path' | 'params' | 'headers' | 'signal'>): Promise<Frames>;
  close(): void;
}

// Answers that are read whole are reports, not records; more than this is not one of ours.
const MAX_REPORT_BYTES = 64 * 1024 * 1024;

function printQuery(params: Params | undefined): string {
  const query = new URLSearchParams();
  for (const [name, values] of params ?? []) for (const value of values) query.append(name, value);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** More than an import has files under way. */
const MAX_SOCKETS = 24;

export function openHttpClient(connection: Connection): HttpClient {
  const { endpoint, token, authority } = connection;
  const secure = endpoint.kind === 'http' && endpoint.url.protocol === 'https:';
  const agent = new (secure ? https : http).Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });

  function send(call: Call): Promise<http.IncomingMessage> {
    const text = call.json === undefined ? undefined : JSON.stringify(call.json);
    const prefix = endpoint.kind === 'http' ? endpoint.url.pathname.replace(/\/+$/, '') : '';
    const options: https.RequestOptions = {
      agent,
      method: call.method ?? 'GET',
      path: `${prefix}${call.path}${printQuery(call.params)}`,
      signal: call.signal,
      headers: {
        accept: '*/*',
        te: 'trailers',
        'user-agent': 'kubewitness-cli',
        ...call.headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...(call.body === undefined ? {} : { 'content-type': 'application/octet-stream' }),
      },
      ...(endpoint.kind === 'unix'
        ? { socketPath: endpoint.path }
        : { hostname: endpoint.url.hostname.replace(/^\[|\]$/g, ''), port: endpoint.url.port }),
      ...(secure && authority !== undefined ? { ca: authority } : {}),
    };
    return new Promise((resolve, reject) => {
      const request = secure ? https.request(options) : http.request(options);
      request.once('response', resolve);
      // Once the answer has come, a broken upload is no news: the answer says what happened.
      request.on('error', reject);
      if (call.body === undefined) request.end(text);
      else feed(request, call.body, reject);
    });
  }

  async function open(call: Call): Promise<Answer> {
    let response: http.IncomingMessage;
    try {
      response = await send(call);
    } catch (error) {
      call.signal.throwIfAborted();
      throw error instanceof CliProblem ? error : explainFailure(endpoint, error);
    }
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw await explainRefusal(endpoint, token !== undefined, response, call.path);
    return {
      chunks: readChunks(response, call.signal),
      nextCursor: () => trailer(response, TRAILERS.nextCursor),
      records: () => readCount(trailer(response, TRAILERS.records)),
    };
  }

  return {
    address: endpoint.text,
    open,
    async getJson(call) {
      const { chunks } = await open(call);
      const text = await readBody(chunks, MAX_REPORT_BYTES);
      try {
        return text === '' ? undefined : JSON.parse(text);
      } catch (error) {
        throw new CliProblem(
          'KW_CLI_ANSWER',
          `${endpoint.text} did not answer with JSON; is it a KubeWitness server?`,
          error,
        );
      }
    },
    follow: ({ path, params, headers = {}, signal }) =>
      openFrames(connection, { path: `${path}${printQuery(params)}`, headers, signal }),
    close: () => agent.destroy(),
  };
}

/** Body to request with back-pressure. A body that fails ends the request, so that the server never takes half a file for the whole. */
function feed(request: http.ClientRequest, body: Readable, reject: (error: unknown) => void): void {
  body.once('error', (error) => {
    reject(error);
    request.destroy();
  });
  request.once('close', () => body.destroy());
  // The server may answer before it has read everything (a refusal); reading on would be in vain.
  request.once('response', () => body.unpipe(request));
  body.pipe(request);
}

function trailer(response: http.IncomingMessage, name: string): string | undefined {
  const text = response.trailers[name];
  return text === undefined || text === '' ? undefined : text;
}

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

async function* readChunks(response: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk;
  } catch (error) {
    signal.throwIfAborted();
    throw explainCut(undefined, error);
  }
  const problem = trailer(response, TRAILERS.problem);
  if (problem !== undefined) throw explainCut(problem, undefined);
}
