// Requests of which one record is known and another is awaited, by auditID: what is left over has no such record in the log.

export interface OpenRequests<T> {
  readonly open: (auditId: string, value: T) => void;
  /** What was opened under this id, which then is open no longer. */
  readonly close: (auditId: string) => T | undefined;
  readonly rest: () => readonly T[];
  /** Requests that found no room; nothing is known of them. */
  readonly overflow: () => number;
}

/** As many requests are not in flight at any time; a log without outcomes must not fill the memory. */
const MAX_OPEN = 200_000;

export function createOpenRequests<T>(maxOpen = MAX_OPEN): OpenRequests<T> {
  // Clients choose the id, so several requests can share one.
  const held = new Map<string, T[]>();
  let size = 0;
  let overflow = 0;
  return {
    open: (auditId, value) => {
      if (size >= maxOpen) {
        overflow += 1;
        return;
      }
      size += 1;
      const values = held.get(auditId);
      if (values === undefined) held.set(auditId, [value]);
      else values.push(value);
    },
    close: (auditId) => {
      const values = held.get(auditId);
      if (values === undefined) return undefined;
      size -= 1;
      const value = values.shift();
      if (values.length === 0) held.delete(auditId);
      return value;
    },
    rest: () => [...held.values()].flat(),
    overflow: () => overflow,
  };
}
