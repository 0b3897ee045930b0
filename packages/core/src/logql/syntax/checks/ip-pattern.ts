// What `ip("…")` may hold: an address, a range of addresses, or a block of them.

export type IpPattern = { readonly version: 4 | 6; readonly first: bigint; readonly last: bigint };

export interface IpAddress {
  readonly version: 4 | 6;
  readonly value: bigint;
}

export function parseIpPattern(text: string): IpPattern | undefined {
  if (text.includes('-')) return parseRange(text);
  if (text.includes('/')) return parseBlock(text);
  const address = parseIpAddress(text);
  return address && { version: address.version, first: address.value, last: address.value };
}

function parseRange(text: string): IpPattern | undefined {
  const dash = text.indexOf('-');
  const first = parseIpAddress(text.slice(0, dash));
  const last = parseIpAddress(text.slice(dash + 1));
  if (first === undefined || last === undefined || first.version !== last.version || first.value > last.value)
    return undefined;
  return { version: first.version, first: first.value, last: last.value };
}

function parseBlock(text: string): IpPattern | undefined {
  const [address = '', length = '', ...more] = text.split('/');
  const parsed = parseIpAddress(address);
  const bits = parsed?.version === 4 ? 32 : 128;
  if (parsed === undefined || more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits)
    return undefined;
  const size = 1n << BigInt(bits - Number(length));
  const first = (parsed.value / size) * size;
  return { version: parsed.version, first, last: first + size - 1n };
}

export function parseIpAddress(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const value = readFour(text);
    return value === undefined ? undefined : { version: 4, value };
  }
  const value = readSix(text);
  return value === undefined ? undefined : { version: 6, value };
}

function readFour(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function readSix(text: string): bigint | undefined {
  // A last part like 10.0.0.1 stands for two groups.
  const colon = text.lastIndexOf(':');
  const tail = text.slice(colon + 1);
  const four = tail.includes('.') ? readFour(tail) : undefined;
  if (tail.includes('.') && four === undefined) return undefined;
  const groups =
    four === undefined
      ? text
      : `${text.slice(0, colon + 1)}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  const halves = groups.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<string>(missing).fill('0'), ...rest];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}
