// Asks a server over a real socket: request -> status, headers, body and trailers.
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';

export interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly trailers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | AsyncIterable<Uint8Array>;
  readonly token?: string;
  readonly socketPath?: string;
  /** PEM pair of a client certificate. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export function ask(url: string, options: Ask = {}): Promise<Asked> {
  const { method = options.body === undefined ? 'GET' : 'POST', body, token, socketPath, cert, key } = options;
  const headers = { ...options.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const request = url.startsWith('https:') ? tlsRequest : plainRequest;
  const tls = url.startsWith('https:')
    ? { rejectUnauthorized: false, ...(cert ? { cert } : {}), ...(key ? { key } : {}) }
    : {};
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method, headers, agent: false, ...tls, ...(socketPath ? { socketPath } : {}) },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const whole = Buffer.concat(chunks);
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            trailers: answer.trailers,
            body: whole,
            text: whole.toString('utf8'),
          });
        });
      },
    );
    outgoing.on('error', reject);
    if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) outgoing.end(body);
    else void send(body, outgoing);
  });
}

async function send(body: AsyncIterable<Uint8Array>, outgoing: ReturnType<typeof plainRequest>): Promise<void> {
  let wake: (value?: unknown) => void = () => {};
  outgoing.on('drain', () => wake()).on('close', () => wake());
  for await (const chunk of body) {
    if (outgoing.destroyed) return;
    if (outgoing.write(chunk)) continue;
    await new Promise((resolve) => {
      wake = resolve;
    });
  }
  outgoing.end();
}

/** The problem of a refusal. */
export function problemOf(asked: Asked): unknown {
  return JSON.parse(asked.text);
}
