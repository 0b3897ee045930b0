// Facts about one request: raw HTTP in; address, certificate name, headers and parameters out.
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Params } from '@kubewitness/core/wire';
import type { RequestFacts } from '../auth/index.ts';

function readHeader(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Common name of a certificate that TLS verified against our client CA. Others are as good as none. */
function findCertificateName(request: IncomingMessage): string | undefined {
  const { socket } = request;
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

export function readFacts(request: IncomingMessage): RequestFacts {
  return {
    authorization: readHeader(request, 'authorization'),
    host: readHeader(request, 'host'),
    origin: readHeader(request, 'origin'),
    fetchSite: readHeader(request, 'sec-fetch-site'),
    certificateName: findCertificateName(request),
  };
}

/** `127.0.0.1:5000`, or `unix`. */
export function printPeer(request: IncomingMessage): string {
  const { remoteAddress, remotePort } = request.socket;
  return remoteAddress === undefined ? 'unix' : `${remoteAddress}:${remotePort ?? 0}`;
}

/** The query string as sent, without its question mark. */
export function readQueryText(request: IncomingMessage): string {
  const url = request.url ?? '';
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}

export function readParams(request: IncomingMessage): Params {
  const params = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(readQueryText(request))) {
    const values = params.get(name);
    if (values === undefined) params.set(name, [value]);
    else values.push(value);
  }
  return params;
}
