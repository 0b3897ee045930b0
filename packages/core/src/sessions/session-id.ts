// The id of a session: a hash of the request it began with. Text in, 16 hex digits out; the same on every machine.

/**
 * Two lanes of 32 bits, each multiplied and mixed. No secret hangs on it: a clash among the millions of sessions of a store is
 * unlikely by chance, and who makes one by intent shows two sessions under one id.
 */
export function printSessionId(key: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}
