// A small HTTP server with the contract's paths for tests: canned answers out, the requests it got kept.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Values by name, always lists. */
  readonly params: Readonly<Record<string, readonly string[]>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export type Reply = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

export interface FakeServer {
  readonly url: string;
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** Replies by path; `listenOn` is a socket path, else a free port of 127.0.0.1. */
export async function startFakeServer(
  replies: Readonly<Record<string, Reply>>,
  listenOn?: string,
): Promise<FakeServer> {
  const seen: SeenRequest[] = [];
  const server: Server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const [path = '', query = ''] = (request.url ?? '').split('?');
      const params = Object.fromEntries(Object.entries(parse(query)).map(([k, v]) => [k, [v ?? ''].flat()]));
      const one: SeenRequest = { method: request.method ?? '', path, params, headers: request.headers, body };
      seen.push(one);
      const reply = replies[path] ?? replies['*'];
      if (reply === undefined) response.writeHead(404).end();
      else void reply(one, response);
    });
  });
  await new Promise<void>((resolve) => {
    if (listenOn === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(listenOn, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? (address satisfies AddressInfo).port : 0;
  return {
    url: listenOn === undefined ? `http://127.0.0.1:${port}` : `unix://${listenOn}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A streamed answer: the chunks as they are, then the trailers. */
export function stream(
  chunks: readonly (Uint8Array | string)[],
  trailers: Readonly<Record<string, string>> = {},
): Reply {
  return async (_, response) => {
    response.writeHead(200, {
      'content-type': 'application/x-ndjson',
      trailer: Object.keys(trailers).join(', ') || 'x-none',
    });
    for (const chunk of chunks) {
      response.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.addTrailers(trailers);
    response.end();
  };
}

export function json(value: unknown, status = 200): Reply {
  return (_, response) => {
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
    response.end(JSON.stringify(value));
  };
}

/** The contract's RecordRow with the given members in place. */
export function recordRow(members: Readonly<Record<string, unknown>> = {}): string {
  const row = {
    time: '2026-11-20T08:00:00.123456Z',
    cluster: 'prod',
    host: 'master-0',
    component: 'kube-apiserver',
    level: 'Metadata',
    stage: 'ResponseComplete',
    status: 'finished',
    auditID: 'a-1',
    verb: 'get',
    user: 'alice',
    groups: ['dev', 'system:authenticated'],
    impersonatedUser: '',
    sourceIPs: ['10.0.0.7'],
    userAgent: 'kubectl/v1.33.1',
    requestURI: '/api/v1/namespaces/shop/pods/web-1',
    apiGroup: '',
    apiVersion: 'v1',
    resource: 'pods',
    subresource: '',
    namespace: 'shop',
    name: 'web-1',
    code: 200,
    statusReason: '',
    decision: 'allow',
    reason: 'RBAC: allowed',
    binding: 'dev-edit',
    role: 'edit',
    durationSeconds: 0.0123,
    command: [],
    container: '',
    stdin: false,
    tty: false,
    truncated: false,
    source: 'audit.log',
    position: 4096,
    path: '',
    cursor: '1-00',
    ...members,
  };
  return `${JSON.stringify(row)}\n`;
}
