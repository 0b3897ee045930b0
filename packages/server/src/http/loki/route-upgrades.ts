// Requests that want a WebSocket, through the same routes, guards and hooks as all others: server -> Fastify, with the socket kept at hand.
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

export interface Upgrade {
  readonly socket: Duplex;
  /** Bytes that came behind the request's head. */
  readonly head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();
const HOP_HEADERS = ['connection', 'upgrade', 'http2-settings'];

/** Undefined for an ordinary request. */
export const findUpgrade = (request: IncomingMessage): Upgrade | undefined => upgrades.get(request);

/** The request's head again, without its wish. */
function printHead({ method = 'GET', url = '/', httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!HOP_HEADERS.includes(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

export function routeUpgrades(server: Server, app: FastifyInstance, isTls: boolean): void {
  server.on('upgrade', (request, socket, head) => {
    // A client may vanish before a route took the socket; then nobody else listens for it.
    socket.on('error', () => socket.destroy());
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      // Java's client offers HTTP/2 with every request, bodies and all, and is content with HTTP/1.1. Whoever listens for upgrades gets
      // these too, with the body unread; so the connection begins anew, with the same bytes but for the offer.
      socket.unshift(Buffer.concat([printHead(request), head]));
      server.emit(isTls ? 'secureConnection' : 'connection', socket);
      return;
    }
    upgrades.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    // Node's parser has left this connection, so it can carry no further request.
    response.setHeader('connection', 'close');
    response.once('finish', () => socket.end());
    app.routing(request, response);
  });
}
