// One HTTP request over TCP, TLS or a unix socket. In: where and what. Out: status, headers and the whole body; a cut answer rejects.
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly withinMs?: number;
  /** The authority to trust (PEM). */
  readonly authority?: string;
  readonly clientKey?: string;
  readonly clientCert?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const WITHIN_MS = 60_000;

/** `at`: `http://…`, `https://…` or `unix:/path`. */
export function ask(at: string, question: Question): Promise<Answer> {
  const { method = 'GET', path, headers = {}, body, withinMs = WITHIN_MS } = question;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const common = {
    method,
    path,
    headers: { ...length, ...headers },
    agent: false as const,
    signal: AbortSignal.timeout(withinMs),
  };
  return new Promise((resolve, reject) => {
    const sent = at.startsWith('unix:')
      ? requestHttp({ ...common, socketPath: at.slice('unix:'.length) })
      : at.startsWith('https:')
        ? requestHttps(at, { ...common, ca: question.authority, key: question.clientKey, cert: question.clientCert })
        : requestHttp(at, common);
    sent.once('error', reject);
    sent.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('close', () => {
        if (!response.complete) return reject(new Error(`${path}: the answer broke off`));
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
      });
    });
    sent.end(body);
  });
}

/** The members of a JSON object in a body; the tests look at single ones. */
export function readObject(body: Uint8Array | string): ReadonlyMap<string, unknown> {
  const value: unknown = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error(`not an object: ${String(value)}`);
  return new Map(Object.entries(value));
}
