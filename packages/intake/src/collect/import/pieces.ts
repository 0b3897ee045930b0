// Pieces: a stream of bytes, read in pieces of a bounded size, of which the reader may give back what it did not use.

export interface Pieces {
  /** The next bytes, never empty; undefined at the end. */
  next(): Promise<Buffer | undefined>;
  /** These come first next time. */
  putBack(bytes: Buffer): void;
  /** So many bytes; fewer at the end. */
  take(count: number): Promise<Buffer>;
  close(): Promise<void>;
}

export function openPieces(input: AsyncIterable<Buffer>, maxBytes: number): Pieces {
  const chunks = input[Symbol.asyncIterator]();
  // Given back, the first first: nothing is copied, however often a little is given back.
  const rest: Buffer[] = [];
  const pieces: Pieces = {
    async next() {
      let first = rest.shift();
      while (first === undefined || first.length === 0) {
        const { done, value } = await chunks.next();
        if (done === true) return undefined;
        first = value;
      }
      if (first.length > maxBytes) rest.unshift(first.subarray(maxBytes));
      return first.subarray(0, maxBytes);
    },
    putBack(bytes) {
      if (bytes.length > 0) rest.unshift(bytes);
    },
    async take(count) {
      let taken = Buffer.alloc(0);
      while (taken.length < count) {
        const piece = await pieces.next();
        if (piece === undefined) break;
        taken = Buffer.concat([taken, piece]);
      }
      pieces.putBack(taken.subarray(count));
      return taken.subarray(0, count);
    },
    async close() {
      await chunks.return?.();
    },
  };
  return pieces;
}
