// Where the server listens: `127.0.0.1:8440`, `[::1]:8440`, `:8440`, `unix:/path` -> ListenAddress, and back.

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export const DEFAULT_LISTEN: ListenAddress = { kind: 'tcp', host: '127.0.0.1', port: 8440 };

/** The address, or undefined when the text is none. Without a port it is 8440; without a host, every IPv4 interface. */
export function parseListen(text: string): ListenAddress | undefined {
  if (text.startsWith('unix:')) {
    const path = text.slice(5);
    // sun_path holds 108 bytes with its closing NUL; a longer path would be cut in silence by some kernels.
    return path === '' || new TextEncoder().encode(path).length > 107 ? undefined : { kind: 'unix', path };
  }
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]*))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined || (host === '' && match[3] === undefined)) return undefined;
  if (/^\d+$/.test(host)) return undefined;
  const port = Number(match[3] ?? 8440);
  return port > 65_535 ? undefined : { kind: 'tcp', host: host === '' ? '0.0.0.0' : host, port };
}

export function printListen(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/** True when only programs on this machine can connect. */
export function isLocal(address: ListenAddress): boolean {
  return address.kind === 'unix' || isLoopbackHost(address.host);
}

/** `localhost`, 127.0.0.0/8 and ::1. A name such as 127.evil.example is not an address and does not count. */
export function isLoopbackHost(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
