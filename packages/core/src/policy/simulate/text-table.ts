// Byte ranges -> values made of them, each made once: the same user name in a million records becomes one string.

export interface ByteTable<T> {
  readonly find: (
    bytes: Uint8Array,
    start: number,
    end: number,
    make: (bytes: Uint8Array, start: number, end: number) => T,
  ) => T;
}

interface Entry<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
  readonly next: Entry<T> | undefined;
}

/** `limit` bounds the memory: a full table is emptied, so that hostile logs cost time but no space. */
export function createByteTable<T>(limit: number): ByteTable<T> {
  const slots = new Map<number, Entry<T>>();
  let held = 0;
  return {
    find: (bytes, start, end, make) => {
      let hash = end - start;
      for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
      const first = slots.get(hash);
      for (let entry = first; entry !== undefined; entry = entry.next)
        if (isSame(entry.bytes, bytes, start, end)) return entry.value;
      const value = make(bytes, start, end);
      if (held >= limit) {
        slots.clear();
        held = 0;
      }
      held += 1;
      slots.set(hash, { bytes: bytes.slice(start, end), value, next: slots.get(hash) });
      return value;
    },
  };
}

function isSame(held: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (held.length !== end - start) return false;
  for (let i = 0; i < held.length; i++) if (held[i] !== bytes[start + i]) return false;
  return true;
}
