// OpenSegment: the segment that takes rows now. In: lines with their sources. Out: blocks of RowBinary for the writer.
import { DESCRIPTION_MARK, type SegmentSource } from '@kubewitness/core/event';
import type { BlockPool } from './block-pool.ts';
import { OPEN_SEAL, sealFrame } from './segment-frame.ts';
import { rowBytes, writeRow } from './segment-row.ts';

/** A UInt16 numbers the sources of a segment, from 1. */
const MAX_SOURCES = 65_535;
const NO_BYTES = new Uint8Array(0);

interface Block {
  readonly bytes: Buffer;
  /** Where the block begins in the segment's file. */
  readonly fileOffset: number;
  filled: number;
}

export class OpenSegment {
  readonly number: number;
  /** Bytes of all rows ever appended before this segment: turns an offset here into a place in the whole stream. */
  readonly streamOffset: number;
  readonly firstRowMicros: number;
  readonly sources: (SegmentSource | undefined)[] = [undefined];
  rows = 0;
  /** Length of the file once everything is written. */
  encodedBytes = 0;
  /** Given to the file system so far. */
  writtenBytes = 0;
  /** Known to be on the disk. Blocks are kept in memory up to here, so that a failed write can be done again. */
  durableBytes = 0;
  /** Holds rows of a source that is followed live. */
  live = false;
  sealed = false;
  readonly #numbers = new Map<SegmentSource, number>();
  readonly #numbersByText = new Map<string, number>();
  readonly #blocks: Block[] = [];
  readonly #pool: BlockPool;
  /** Where the frame that takes rows begins in the last block; undefined: the next row begins one. */
  #frameStart: number | undefined;
  #lastSource: SegmentSource | undefined;
  #lastNumber = 0;

  constructor(number: number, streamOffset: number, firstRowMicros: number, pool: BlockPool) {
    this.#pool = pool;
    this.number = number;
    this.streamOffset = streamOffset;
    this.firstRowMicros = firstRowMicros;
  }

  /** False when one more source would not fit into its number. */
  get takesSources(): boolean {
    return this.sources.length <= MAX_SOURCES;
  }

  /** Bytes held in memory that are not on the disk yet. */
  get retainedBytes(): number {
    return this.encodedBytes - this.durableBytes;
  }

  append(
    source: SegmentSource,
    arrivalMicros: number,
    position: number,
    problem: Uint8Array | undefined,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    const known = this.sources.length;
    const number = source === this.#lastSource ? this.#lastNumber : this.#numberOf(source);
    const description = number === known ? JSON.stringify(source) : '';
    this.#write(number, arrivalMicros, position, description, problem, bytes, from, to);
    this.rows++;
  }

  #numberOf(source: SegmentSource): number {
    let number = this.#numbers.get(source);
    if (number === undefined) {
      // Senders make a new object per request, so equal sources must meet by their text.
      const text = JSON.stringify(source);
      number = this.#numbersByText.get(text);
      if (number === undefined) {
        number = this.sources.length;
        this.sources.push(source);
        this.#numbersByText.set(text, number);
      }
      if (this.#numbers.size < MAX_SOURCES) this.#numbers.set(source, number);
    }
    this.#lastSource = source;
    this.#lastNumber = number;
    return number;
  }

  #write(
    source: number,
    arrivalMicros: number,
    position: number,
    description: string,
    problem: Uint8Array | undefined,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    let told = this.#tell(description, problem);
    let need = rowBytes(told.length, to - from);
    let block = this.#blocks[this.#blocks.length - 1];
    if (block === undefined || block.filled + need > block.bytes.length) {
      this.sealedEnd();
      told = this.#tell(description, problem);
      need = rowBytes(told.length, to - from);
      block = { bytes: this.#pool.take(need), fileOffset: this.encodedBytes, filled: 0 };
      this.#blocks.push(block);
    }
    this.#frameStart ??= block.filled;
    block.filled = writeRow(block.bytes, block.filled, source, position, arrivalMicros, told, bytes, from, to);
    this.encodedBytes += need;
  }

  /** A row's problem, behind what the first row of a frame and the first row of a source tell. */
  #tell(description: string, problem: Uint8Array | undefined): Uint8Array {
    const seal = this.#frameStart === undefined ? OPEN_SEAL : '';
    if (seal === '' && description === '') return problem ?? NO_BYTES;
    const told = Buffer.from(`${DESCRIPTION_MARK}${seal}${description}${DESCRIPTION_MARK}`);
    return problem === undefined ? told : Buffer.concat([told, problem]);
  }

  /** The end of the last full block: what is worth writing while nobody waits for the rest. */
  get fullBlocksEnd(): number {
    return this.#blocks[this.#blocks.length - 1]?.fileOffset ?? this.encodedBytes;
  }

  /** Ends the frame, so that every row there is may be written; returns where they end. Rows that follow are a frame of their own. */
  sealedEnd(): number {
    const block = this.#blocks[this.#blocks.length - 1];
    if (block !== undefined && this.#frameStart !== undefined) sealFrame(block.bytes, this.#frameStart, block.filled);
    this.#frameStart = undefined;
    return this.encodedBytes;
  }

  /** The bytes from `writtenBytes` to `end`, as pieces that stay valid until they are durable. */
  *unwritten(end: number): Generator<Buffer> {
    for (const block of this.#blocks) {
      const from = Math.max(this.writtenBytes - block.fileOffset, 0);
      const to = Math.min(end - block.fileOffset, block.filled);
      if (from < to) yield block.bytes.subarray(from, to);
    }
  }

  /** Everything written is on the disk now: lets go of the blocks that nobody will need again. */
  markDurable(end: number): void {
    this.durableBytes = end;
    for (;;) {
      const first = this.#blocks[0];
      if (first === undefined || first.fileOffset + first.filled > end) return;
      // The last block may still have room for rows.
      if (this.#blocks.length === 1 && !this.sealed) return;
      this.#blocks.shift();
      this.#pool.give(first.bytes);
    }
  }
}
