// The URI of a port-forward -> the ports it names. kubectl and oc name them inside the stream; clients that open a WebSocket by themselves, here.
import { parseQuery } from '../event/index.ts';

/** The API server's word is `ports`, the kubelet's `port`; each may come several times, and as a list. */
const NAMES = ['ports', 'port'];

export function parseForwardedPorts(requestUri: string): readonly string[] {
  const mark = requestUri.indexOf('?');
  if (mark < 0) return [];
  const query = parseQuery(requestUri.slice(mark + 1));
  const ports = NAMES.flatMap((name) => query.get(name) ?? []).flatMap((text) => text.split(','));
  return [...new Set(ports)].filter((port) => /^\d{1,5}$/.test(port));
}
