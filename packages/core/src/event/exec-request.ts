// ExecRequest: what was asked of a container, read out of a request URI. The only place where audit says which command was run.
import { decodeUtf8 } from './utf8.ts';

export interface ExecRequest {
  /** argv in order; empty for attach and port-forward. */
  readonly command: readonly string[];
  readonly container: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly tty: boolean;
}

export const NO_EXEC: ExecRequest = { command: [], container: '', stdin: false, stdout: false, tty: false };

/** `/exec/{namespace}/{pod}[/{uid}]/{container}` of the kubelet, behind the node proxy (its old path too). */
const NODE_PROXY =
  /^\/api\/v1\/(?:nodes\/[^/]+\/proxy|proxy\/nodes\/[^/]+)\/(exec|run|attach|portForward|cri\/(?:exec|attach))(?:\/(.*))?$/;
/** The API server takes slashes at the end for none. */
const POD_STREAM = /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+\/(exec|attach|portforward)\/*$/;

/**
 * Decodes argv and streams of exec, attach and the kubelet's exec, run and attach behind `nodes/proxy`.
 * `undefined` when the URI asks for none of these.
 */
export function parseExecRequest(requestUri: string): ExecRequest | undefined {
  const mark = requestUri.indexOf('?');
  const path = unescapePath(mark < 0 ? requestUri : requestUri.slice(0, mark));
  const stream = POD_STREAM.exec(path);
  const proxied = stream === null ? NODE_PROXY.exec(path) : null;
  if (stream === null && proxied === null) return undefined;
  const query = parseQuery(mark < 0 ? '' : requestUri.slice(mark + 1));
  return proxied === null ? podRequest(query) : kubeletRequest(proxied[1] ?? '', proxied[2] ?? '', query);
}

/**
 * Go's url.ParseQuery, name for name: pairs split at `&`, `+` is a space; a pair with `;` or with a bad escape is dropped,
 * because the API server never saw it either. Bytes that are not UTF-8 become U+FFFD.
 */
export function parseQuery(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const equals = pair.indexOf('=');
    const key = queryUnescape(equals < 0 ? pair : pair.slice(0, equals), true);
    const value = equals < 0 ? '' : queryUnescape(pair.slice(equals + 1), true);
    if (key === undefined || value === undefined) continue;
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return values;
}

function podRequest(query: ReadonlyMap<string, readonly string[]>): ExecRequest {
  return {
    command: query.get('command') ?? [],
    container: query.get('container')?.[0] ?? '',
    stdin: isTrue(query.get('stdin')),
    stdout: isTrue(query.get('stdout')),
    tty: isTrue(query.get('tty')),
  };
}

/** The kubelet has its own spelling: `run` takes one `cmd` cut at spaces, the streams are input, output and tty. */
function kubeletRequest(verb: string, rest: string, query: ReadonlyMap<string, readonly string[]>): ExecRequest {
  const segments = rest.split('/');
  while (segments.at(-1) === '') segments.pop();
  const cmd = query.get('cmd')?.[0];
  // /{namespace}/{pod}/{container} or, with the pod's uid, one more; port-forward names no container.
  const container = segments.length >= 3 && !verb.startsWith('portForward') ? (segments.at(-1) ?? '') : '';
  return {
    command: query.get('command') ?? (cmd === undefined ? [] : cmd.split(' ')),
    container: verb.startsWith('cri/') ? '' : container,
    stdin: isTrue(query.get('input') ?? query.get('stdin')),
    stdout: isTrue(query.get('output') ?? query.get('stdout')),
    tty: isTrue(query.get('tty')),
  };
}

/** Kubernetes' reading of a boolean parameter: absent, `false` and `0` are false, anything else (empty too) is true. */
function isTrue(values: readonly string[] | undefined): boolean {
  const first = values?.[0];
  return first !== undefined && first !== '0' && first.toLowerCase() !== 'false';
}

function unescapePath(path: string): string {
  return path.includes('%') ? (queryUnescape(path, false) ?? path) : path;
}

/** `undefined` for a bad escape. Only what is escaped is decoded; the rest is text already. */
function queryUnescape(text: string, plusIsSpace: boolean): string | undefined {
  const spaced = plusIsSpace && text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  if (/%(?![0-9A-Fa-f]{2})/.test(spaced)) return undefined;
  return spaced.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return decodeUtf8(Uint8Array.from(escapes.slice(1).split('%'), (hex) => Number.parseInt(hex, 16)));
    }
  });
}
