// Connections of a server and whether anything is being answered on them: so that stopping waits for answers, not for idle clients.
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Connections {
  /** Ends those without a request in flight, now and as soon as the others have their answer. */
  drain(): void;
}

/** Node's own closeIdleConnections passes over a connection that never sent a request, such as a browser opens in advance. */
export function trackConnections(server: Server, isTls: boolean): Connections {
  const inFlight = new Map<Duplex, number>();
  let draining = false;
  const change = (socket: Duplex, by: number) => {
    const before = inFlight.get(socket);
    // An answer may end after its connection did.
    if (before === undefined) return;
    const count = before + by;
    inFlight.set(socket, count);
    if (draining && count === 0) socket.end();
  };
  server.on(isTls ? 'secureConnection' : 'connection', (socket: Duplex) => {
    inFlight.set(socket, 0);
    socket.once('close', () => inFlight.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    change(socket, 1);
    response.once('close', () => change(socket, -1));
  });
  // A connection that left HTTP is busy to its end; whoever took it over says goodbye himself.
  server.on('upgrade', ({ socket }) => change(socket, 1));
  return {
    drain() {
      draining = true;
      for (const [socket, count] of inFlight) if (count === 0) socket.destroy();
    },
  };
}
