// Where the server meets the world: binds an address or a unix socket, private and free of stale files.
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { type ListenAddress, printListen } from '../config/index.ts';
import { HttpProblem } from './problems.ts';

export interface Bound {
  /** What is really bound: port 0 has become a number. */
  readonly address: ListenAddress;
  /** For people and for clients: `http://127.0.0.1:8440`, `unix:/run/kw.sock`. */
  readonly url: string;
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function explain(error: unknown, listen: ListenAddress): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = printListen(listen);
  const problem =
    code === 'EADDRINUSE'
      ? new HttpProblem(
          'KW_PORT_TAKEN',
          `another program listens on ${text} already; stop it or give another --listen.`,
        )
      : new HttpProblem(
          'KW_LISTEN_FAILED',
          `cannot listen on ${text} (${code === '' ? String(error) : code}); give another --listen.`,
        );
  problem.cause = error;
  return problem;
}

function bind(server: Server, listen: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(explain(error, listen));
    server.once('error', fail);
    const ready = () => {
      server.off('error', fail);
      resolve();
    };
    if (listen.kind === 'tcp') {
      server.listen({ host: listen.host, port: listen.port }, ready);
      return;
    }
    // The socket is made inside this call, with the mode it will keep: there is no moment in which others could connect.
    const umask = process.umask(0o177);
    try {
      server.listen(listen.path, ready);
    } finally {
      process.umask(umask);
    }
  });
}

export async function openListener(server: Server, listen: ListenAddress, isTls: boolean): Promise<Bound> {
  if (listen.kind === 'unix') {
    if (await isAlive(listen.path)) throw explain(Object.assign(new Error(), { code: 'EADDRINUSE' }), listen);
    // Left over from a server that was killed.
    await rm(listen.path, { force: true });
  }
  await bind(server, listen);
  if (listen.kind === 'unix') return { address: listen, url: printListen(listen) };
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : listen.port;
  const address = { ...listen, port };
  return { address, url: `${isTls ? 'https' : 'http'}://${printListen(address)}` };
}
