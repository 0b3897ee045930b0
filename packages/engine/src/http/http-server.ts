// ClickHouse's HTTP interface on a unix socket: requests in, statements to the engine, answers out.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { BodyFiles } from './body-files.ts';
import type { EnginePort } from './engine-port.ts';
import { type BodyLimits, readStatement } from './read-statement.ts';
import { sendAnswer, sendProblem } from './send-answer.ts';
import { printProblem } from './statement-problem.ts';
import { parseUrl, type RequestParameters } from './url-parameters.ts';

/** An INSERT with a body has its statement in the URL. */
const MAX_URL_BYTES = 1024 ** 2;

export interface HttpServerSettings extends BodyLimits {
  readonly socketPath: string;
  readonly engine: EnginePort;
  readonly files: BodyFiles;
}

export class HttpServer {
  readonly #settings: HttpServerSettings;
  readonly #server: Server;
  /** One per statement in flight, so that a shutdown can stop them all. */
  readonly #running = new Set<AbortController>();
  #stopping = false;

  constructor(settings: HttpServerSettings) {
    this.#settings = settings;
    // Idle sockets stay: whoever closes one may hit a request that is just on its way.
    this.#server = createServer(
      { keepAliveTimeout: 0, requestTimeout: 0, maxHeaderSize: MAX_URL_BYTES },
      (request, response) => {
        this.#answer(request, response).catch((error: unknown) => {
          if (response.headersSent) response.destroy();
          else
            this.#refuse(response, 1002, 'UNKNOWN_EXCEPTION', error instanceof Error ? error.message : String(error));
        });
      },
    );
  }

  async open(): Promise<void> {
    // The lock on the store is ours by now, so a socket that is still there belongs to nobody.
    rmSync(this.#settings.socketPath, { force: true });
    const before = process.umask(0o177);
    try {
      this.#server.listen(this.#settings.socketPath);
      await once(this.#server, 'listening');
    } finally {
      process.umask(before);
    }
  }

  /** New statements get 503; those in flight run on until `abortAll` or their end. */
  stopIntake(): void {
    this.#stopping = true;
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  abortAll(): void {
    for (const running of this.#running) running.abort();
  }

  close(): void {
    this.stopIntake();
    this.#server.closeAllConnections();
    rmSync(this.#settings.socketPath, { force: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = parseUrl(request.url ?? '/');
    response.setHeader('X-ClickHouse-Server-Display-Name', 'kubewitness-engine');
    if (url.path === '/ping' || url.path === '/replicas_status') return this.#ping(response);
    if (url.path !== '/') return this.#notFound(response, url.path);
    if (request.method === 'GET' && url.query === undefined) {
      response.end('Ok.\n');
      return;
    }
    const queryId = url.queryId ?? randomUUID();
    response.setHeader('X-ClickHouse-Query-Id', queryId);
    if (this.#stopping)
      return this.#refuse(response, 202, 'TOO_MANY_SIMULTANEOUS_QUERIES', 'The engine is shutting down');
    if (url.sessionId !== undefined) {
      return this.#refuse(
        response,
        48,
        'NOT_IMPLEMENTED',
        'Sessions are not supported: pass settings with each request',
      );
    }
    if (url.nativeCompression) {
      return this.#refuse(response, 48, 'NOT_IMPLEMENTED', 'compress and decompress are not supported: use gzip');
    }
    await this.#run(request, response, url);
  }

  async #run(request: IncomingMessage, response: ServerResponse, url: RequestParameters): Promise<void> {
    const read = await readStatement(request, url, this.#settings.files, this.#settings);
    if (!read.ok) {
      // What is left of the body would be taken for the next request.
      if (!request.complete) response.setHeader('Connection', 'close');
      return this.#refuse(response, read.problem.code, read.problem.type, read.problem.message);
    }
    const { statement, bodyFile } = read.value;
    if (request.method === 'GET' && statement.kind !== 'read' && statement.kind !== 'show') {
      if (bodyFile !== undefined) await this.#settings.files.remove(bodyFile);
      return this.#refuse(
        response,
        164,
        'READONLY',
        'Cannot execute query in readonly mode: use POST to change something',
      );
    }
    const abort = new AbortController();
    this.#running.add(abort);
    response.once('close', () => {
      if (!response.writableFinished) abort.abort();
    });
    try {
      if (response.destroyed) return;
      if (statement.kind !== 'insert') response.setHeader('X-ClickHouse-Format', statement.format);
      response.setHeader('Content-Type', getContentType(statement.kind === 'insert' ? '' : statement.format));
      const { settings, parameters, database } = url;
      const answer = this.#settings.engine.run({ statement, settings, parameters, database, signal: abort.signal });
      await sendAnswer(response, answer, {
        gzip: url.compressAnswer && acceptsGzip(request),
        waitEndOfQuery: url.waitEndOfQuery,
        exceptionTag: randomBytes(12).toString('base64url').replaceAll(/[-_]/g, 'x'),
        version: this.#settings.engine.version,
      });
      await answer.outcome;
    } finally {
      this.#running.delete(abort);
      if (bodyFile !== undefined) await this.#settings.files.remove(bodyFile);
    }
  }

  async #ping(response: ServerResponse): Promise<void> {
    if (await this.#settings.engine.ping()) response.end('Ok.\n');
    else this.#refuse(response, 236, 'ABORTED', 'The engine does not answer');
  }

  #notFound(response: ServerResponse, path: string): void {
    response.statusCode = 404;
    response.end(`There is no handle ${path}\n\nUse / or /ping for health checks.\n`);
  }

  #refuse(response: ServerResponse, code: number, type: string, message: string): void {
    sendProblem(response, { code, message: printProblem({ code, type, message }) }, this.#settings.engine.version);
  }
}

function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
}

function getContentType(format: string): string {
  if (/^JSON.*(EachRow|Strings|Progress)|^NDJSON|^JSONLines/i.test(format))
    return 'application/x-ndjson; charset=UTF-8';
  if (/^JSON/i.test(format)) return 'application/json; charset=UTF-8';
  if (/^CSV/i.test(format)) return 'text/csv; charset=UTF-8; header=absent';
  if (/^(TSV|TabSeparated)/i.test(format)) return 'text/tab-separated-values; charset=UTF-8';
  if (/^(RowBinary|Native|Parquet|Arrow|ORC|Avro)/i.test(format)) return 'application/octet-stream';
  return 'text/plain; charset=UTF-8';
}
