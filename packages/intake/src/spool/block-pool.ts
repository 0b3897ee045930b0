// BlockPool: memory for blocks of rows, used again and again. In: how many bytes. Out: a buffer that is given back when its rows are durable.

/** Rows are gathered in blocks of this size; a bigger row gets a block of its own. */
export const BLOCK_BYTES = 1024 * 1024;
/** Enough for what waits for an fsync during an import. */
const KEPT_BLOCKS = 32;

/**
 * A block lives longer than a young object, so a new one for each megabyte would make V8 collect the whole heap every 64
 * megabytes: a third of what the server does during an import.
 */
export class BlockPool {
  readonly #free: Buffer[] = [];

  take(bytes: number): Buffer {
    // Not from Node's shared pool: a block lives long and would pin it.
    if (bytes > BLOCK_BYTES) return Buffer.allocUnsafeSlow(bytes);
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
  }

  /** Nobody reads or writes the block any more. */
  give(block: Buffer): void {
    if (block.length === BLOCK_BYTES && this.#free.length < KEPT_BLOCKS) this.#free.push(block);
  }
}
