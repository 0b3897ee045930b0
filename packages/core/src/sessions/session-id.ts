// The id of a session: the second its first request came in, and a hash of that request. 16 hex digits, the same on every machine.

const NANOS_PER_SECOND = 1_000_000_000n;
const ID = /^([0-9a-f]{8})[0-9a-f]{8}$/;

/**
 * The second leads a store to the records without a look at all of them. No secret hangs on the hash: a clash of two requests
 * of one second is unlikely by chance, and who makes one by intent shows two sessions under one id.
 */
export function printSessionId(key: string, nanos: bigint): string {
  const seconds = Number((nanos / NANOS_PER_SECOND) & 0xffffffffn);
  return printHex(seconds) + printHex(hash(key));
}

/** The first nanosecond of the second in which the session's first request came in; `undefined` when the text is no id. */
export function secondOfSessionId(id: string): bigint | undefined {
  const seconds = ID.exec(id)?.[1];
  return seconds === undefined ? undefined : BigInt(Number.parseInt(seconds, 16)) * NANOS_PER_SECOND;
}

const printHex = (word: number): string => word.toString(16).padStart(8, '0');

/** Two lanes of 32 bits, each multiplied, then mixed into one. */
function hash(key: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return high >>> 0;
}
