// Addresses inside texts: a pattern (address, range, block) in, a test of texts out. An IPv4 address is never inside an IPv6 block.
import { type IpAddress, parseIpAddress, parseIpPattern } from '../syntax/checks/ip-pattern.ts';

export type IpTest = (text: string) => boolean;

/** Whether a text has an address in it that the pattern covers; undefined when the pattern is none. */
export function compileIpPattern(pattern: string): IpTest | undefined {
  const span = parseIpPattern(pattern);
  if (span === undefined) return undefined;
  const { version, first, last } = span;
  return (text) =>
    someAddress(text, (address) => address.version === version && address.value >= first && address.value <= last);
}

const V4_RUN = /[0-9.]*/y;
const V6_RUN = /[0-9a-fA-F:.]*/y;
/** How an address may begin: `1.`, `10.`, `192.`; `::1`, `a:` to `abcd:`. */
const HINT = /[0-9]{1,3}\.|::[0-9a-fA-F]|[0-9a-fA-F]{1,4}:/g;

/** No address is longer: an IPv6 address that ends like an IPv4 address. */
const MAX_LENGTH = 45;

function someAddress(text: string, accept: (address: IpAddress) => boolean): boolean {
  HINT.lastIndex = 0;
  for (let hint = HINT.exec(text); hint !== null; hint = HINT.exec(text)) {
    const run = hint[0].includes('.') ? V4_RUN : V6_RUN;
    run.lastIndex = hint.index;
    const candidate = run.exec(text)?.[0] ?? '';
    const address = candidate.length > MAX_LENGTH ? undefined : parseIpAddress(candidate);
    if (address !== undefined && accept(address)) return true;
    HINT.lastIndex = hint.index + Math.max(candidate.length + 1, 1);
  }
  return false;
}
