// How the official client must be set up to talk to the engine: a socket path in, its options out.
import { Agent } from 'node:http';

/** The engine ends a statement by its own time limit; the client must not give up before. */
const REQUEST_TIMEOUT_MS = 2 * 3600 * 1000;

export interface ClientOptions {
  readonly url: string;
  readonly http_agent: Agent;
  readonly keep_alive: { readonly enabled: true; readonly idle_socket_ttl: 0 };
  readonly request_timeout: number;
}

/**
 * `idle_socket_ttl: 0` because the client's idle timer of a socket survives when an aborted request is skipped in the
 * agent's queue, and then destroys the socket under somebody else's answer. The engine never closes an idle socket.
 */
export function makeClientOptions(socketPath: string): ClientOptions {
  return {
    url: 'http://engine',
    http_agent: new Agent({ keepAlive: true, ...{ socketPath } }),
    keep_alive: { enabled: true, idle_socket_ttl: 0 },
    request_timeout: REQUEST_TIMEOUT_MS,
  };
}
