// Endpoint: where a server listens, from the text of --server.
import { DEFAULT_PORT } from '@kubewitness/core/wire';
import { CliProblem } from './problem.ts';

export type Endpoint =
  | { readonly kind: 'http'; readonly text: string; readonly url: URL }
  | { readonly kind: 'unix'; readonly text: string; readonly path: string };

export const DEFAULT_SERVER = `http://127.0.0.1:${DEFAULT_PORT}`;

/** `http(s)://host[:port][/prefix]`, `unix:///path`, or a bare `host:port`, which means http. */
export function parseEndpoint(text: string): Endpoint {
  const socket = /^unix:(?:\/\/)?(\/.*)$/.exec(text);
  if (socket?.[1] !== undefined) return { kind: 'unix', text, path: socket[1] };
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new CliProblem(
      'KW_CLI_USAGE',
      `--server ${JSON.stringify(text)} is not an address; write http://host:8440, https://host:8440 or unix:///path/to.sock.`,
    );
  }
  return { kind: 'http', text: full.replace(/\/+$/, ''), url };
}
