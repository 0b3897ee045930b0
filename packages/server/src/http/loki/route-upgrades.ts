// Requests that want another protocol, through the same routes, guards and hooks as all others: server -> Fastify, with the socket kept at hand.
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

export interface Upgrade {
  readonly socket: Duplex;
  /** Bytes that came behind the request's head. */
  readonly head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** Undefined for an ordinary request. */
export const findUpgrade = (request: IncomingMessage): Upgrade | undefined => upgrades.get(request);

export function routeUpgrades(server: Server, app: FastifyInstance): void {
  server.on('upgrade', (request, socket, head) => {
    upgrades.set(request, { socket, head });
    // A client may vanish before a route took the socket; then nobody else listens for it.
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    // Node's parser has left this connection, so it can carry no further request.
    response.setHeader('connection', 'close');
    response.once('finish', () => socket.end());
    app.routing(request, response);
  });
}
