// Addresses of flags: `10.0.0.7`, `10.0.0.0/8`, `2001:db8::/32` -> canonical CIDR text, or undefined.

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) <= 255);
}

function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const tail = last.includes('.') ? 1 : 0;
  if (tail === 1 && !isIpv4(last)) return false;
  const words = tail === 1 ? groups.slice(0, -1) : groups;
  if (!words.every((g) => /^[0-9a-fA-F]{1,4}$/.test(g))) return false;
  const count = words.length + tail * 2;
  return halves.length === 2 ? count < 8 : count === 8;
}

/** CIDR text of an address or a range; a bare address gets its full prefix length. */
export function parseCidr(text: string): string | undefined {
  const [address = '', bits, more] = text.split('/');
  if (more !== undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const width = isIpv4(address) ? 32 : isIpv6(address) ? 128 : 0;
  if (width === 0 || (bits !== undefined && Number(bits) > width)) return undefined;
  return `${address.toLowerCase()}/${bits ?? width}`;
}
