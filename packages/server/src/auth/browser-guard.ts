// Keeps web pages away from a server that trusts its loopback address: request headers -> a problem or nothing.
import { isLoopbackHost, type ListenAddress } from '../config/index.ts';
import { type AuthProblem, authProblem } from './problems.ts';

export interface BrowserFacts {
  /** Header values as sent. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

function parseHostName(host: string): string {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:]*))(?::\d{1,5})?$/.exec(host);
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
}

/**
 * DNS rebinding: a page's own name is made to point to 127.0.0.1, so its requests are same-origin for the browser and reach us.
 * They still carry the page's name as Host, which is none of ours.
 */
export function findForeignHost(
  facts: BrowserFacts,
  listen: ListenAddress,
  allowHosts: readonly string[],
): AuthProblem | undefined {
  // A browser cannot connect to a unix socket; what its clients write as Host is arbitrary.
  if (listen.kind === 'unix') return undefined;
  const name = parseHostName(facts.host ?? '');
  const known = [listen.host, ...allowHosts].map((h) => h.toLowerCase());
  if (isLoopbackHost(name) || known.includes(name)) return undefined;
  return authProblem(
    'KW_HOST_HEADER',
    `the request is for host ${JSON.stringify(name.slice(0, 100))}, which is not a name of this server; use 127.0.0.1, or start the server with --allow-host NAME.`,
  );
}

/** A page of another site (or of another port) makes the browser send a request: refused when nothing but the address proves who asks. */
export function findForeignOrigin(facts: BrowserFacts): AuthProblem | undefined {
  const foreignSite = facts.fetchSite !== undefined && !['same-origin', 'none'].includes(facts.fetchSite);
  const origin = facts.origin?.toLowerCase();
  const host = (facts.host ?? '').toLowerCase();
  const foreignOrigin = origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
  if (!foreignSite && !foreignOrigin) return undefined;
  return authProblem(
    'KW_CROSS_ORIGIN',
    'the request was made by a page of another web site; open the address of this server itself, or send a token as "Authorization: Bearer kw_…".',
  );
}
