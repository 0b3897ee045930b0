// Memory for bodies being received, all senders together: claims in, refusals out. Keeps many big bodies from adding up.

export interface BodyClaim {
  /** True when there was room; then the bytes count until `release`. */
  grow(bytes: number): boolean;
  release(): void;
}

export interface BodyBudget {
  open(): BodyClaim;
  heldBytes(): number;
}

export function createBodyBudget(maxBytes: number): BodyBudget {
  let held = 0;
  return {
    heldBytes: () => held,
    open() {
      let mine = 0;
      return {
        grow(bytes) {
          if (held + bytes > maxBytes) return false;
          held += bytes;
          mine += bytes;
          return true;
        },
        release() {
          held -= mine;
          mine = 0;
        },
      };
    },
  };
}
