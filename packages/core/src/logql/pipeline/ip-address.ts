// IP addresses, ranges and CIDR blocks: text in, a test out. An IPv4 address is never inside an IPv6 block, not even when mapped.
interface Address {
  readonly version: 4 | 6;
  readonly bits: bigint;
}

export type IpPattern = (line: string) => boolean;

/** Whether a text has an address in it that the pattern covers; undefined when the pattern is none. */
export function compileIpPattern(pattern: string): IpPattern | undefined {
  const span = parsePattern(pattern.trim());
  if (span === undefined) return undefined;
  const { version, low, high } = span;
  return (text) =>
    someAddress(text, (address) => address.version === version && address.bits >= low && address.bits <= high);
}

function parsePattern(pattern: string): { version: 4 | 6; low: bigint; high: bigint } | undefined {
  const single = parseAddress(pattern);
  if (single !== undefined) return { version: single.version, low: single.bits, high: single.bits };
  const slash = pattern.indexOf('/');
  if (slash !== -1) {
    const address = parseAddress(pattern.slice(0, slash));
    const length = pattern.slice(slash + 1);
    const size = address?.version === 4 ? 32 : 128;
    if (address === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > size) return undefined;
    const free = BigInt(size - Number(length));
    const low = (address.bits >> free) << free;
    return { version: address.version, low, high: low | ((1n << free) - 1n) };
  }
  const dash = pattern.indexOf('-');
  const from = dash === -1 ? undefined : parseAddress(pattern.slice(0, dash));
  const to = dash === -1 ? undefined : parseAddress(pattern.slice(dash + 1));
  if (from === undefined || to === undefined || from.version !== to.version || from.bits > to.bits) return undefined;
  return { version: from.version, low: from.bits, high: to.bits };
}

const V4_RUN = /[0-9.]*/y;
const V6_RUN = /[0-9a-fA-F:.]*/y;
/** How an address may begin: `1.`, `10.`, `192.`; `::1`, `a:` to `abcd:`. */
const HINT = /[0-9]{1,3}\.|::[0-9a-fA-F]|[0-9a-fA-F]{1,4}:/g;

function someAddress(text: string, accept: (address: Address) => boolean): boolean {
  HINT.lastIndex = 0;
  for (let hint = HINT.exec(text); hint !== null; hint = HINT.exec(text)) {
    const run = hint[0].includes('.') ? V4_RUN : V6_RUN;
    run.lastIndex = hint.index;
    const candidate = run.exec(text)?.[0] ?? '';
    const address = parseAddress(candidate);
    if (address !== undefined && accept(address)) return true;
    HINT.lastIndex = hint.index + Math.max(candidate.length + 1, 1);
  }
  return false;
}

function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(':')) {
    const bits = parseV4(text);
    return bits === undefined ? undefined : { version: 4, bits };
  }
  const bits = parseV6(text);
  return bits === undefined ? undefined : { version: 6, bits };
}

function parseV4(text: string): bigint | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groupsOf = (half: string | undefined): number[] | undefined => {
    if (half === undefined || half === '') return [];
    const groups: number[] = [];
    const pieces = half.split(':');
    for (const [index, piece] of pieces.entries()) {
      const v4 = index === pieces.length - 1 && piece.includes('.') ? parseV4(piece) : undefined;
      if (v4 !== undefined) groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
      else if (/^[0-9a-fA-F]{1,4}$/.test(piece)) groups.push(Number.parseInt(piece, 16));
      else return undefined;
    }
    return groups;
  };
  const head = groupsOf(halves[0]);
  const tail = groupsOf(halves[1]);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n);
}
