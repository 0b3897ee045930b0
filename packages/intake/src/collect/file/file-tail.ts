// FileTail: one open file, read to where it ends now. In: a handle and an offset. Out: lines into ingest, again and again.
import type { FileHandle } from 'node:fs/promises';
import type { SegmentSource } from '@kubewitness/core/event';
import { Framer, type Ingest } from '../../ingest/index.ts';
import { HEAD_BYTES, headOf, readHead } from './file-head.ts';
import type { FileRecord } from './positions.ts';

/** After this much of one file the others get their turn. */
const MAX_CHUNKS_A_TURN = 32;

/** `truncated`: what stood in the file is gone, and the handle now shows other content. */
export type Pumped = 'grew' | 'idle' | 'truncated' | 'stopped';

export class FileTail {
  readonly handle: FileHandle;
  readonly ingest: Ingest;
  readonly source: SegmentSource;
  /** Of the content that is being read; its offset follows the reading. */
  record: FileRecord;
  size = 0;
  /** Links to the inode: 0 when the file was deleted. */
  links = 1;
  lastGrowthMicros: number;
  /** Set when the file is not the live one any more. */
  retiredMicros: number | undefined;
  #framer: Framer;
  #readOffset: number;
  #head: Buffer;
  #mtimeMs = 0;

  constructor(options: {
    handle: FileHandle;
    ingest: Ingest;
    source: SegmentSource;
    record: FileRecord;
    head: Buffer;
    nowMicros: number;
  }) {
    this.handle = options.handle;
    this.ingest = options.ingest;
    this.source = options.source;
    this.record = options.record;
    this.#head = options.head;
    this.#readOffset = options.record.offset;
    this.lastGrowthMicros = options.nowMicros;
    this.#framer = this.#newFramer(this.#readOffset);
  }

  get atEnd(): boolean {
    return this.#readOffset >= this.size;
  }

  get readOffset(): number {
    return this.#readOffset;
  }

  #newFramer(position: number): Framer {
    return new Framer(this.ingest.linesOf(this.source), this.ingest.frameLimits, position);
  }

  /** Reads on. `buffer` is lent: several tails take turns with it. */
  async pump(buffer: Buffer, nowMicros: number, signal: AbortSignal): Promise<Pumped> {
    const { size, mtimeMs, nlink } = await this.handle.stat();
    const touched = mtimeMs !== this.#mtimeMs;
    this.size = size;
    this.links = nlink;
    this.#mtimeMs = mtimeMs;
    if (size < this.#readOffset) return 'truncated';
    if (size === this.#readOffset) return touched && !(await this.#sameContent()) ? 'truncated' : 'idle';
    for (let turn = 0; turn < MAX_CHUNKS_A_TURN; turn++) {
      if (!(await this.ingest.ready(signal))) return 'stopped';
      const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, this.#readOffset);
      // Looked at after the read: a file cut and written anew in between must not give us half a line of its new content.
      if (!(await this.#sameContent())) return 'truncated';
      if (bytesRead === 0) break;
      this.#framer.push(buffer.subarray(0, bytesRead), this.#readOffset);
      this.#readOffset += bytesRead;
      this.size = Math.max(this.size, this.#readOffset);
      this.record.offset = this.#framer.resumePosition;
      if (bytesRead < buffer.length) break;
    }
    this.lastGrowthMicros = nowMicros;
    return 'grew';
  }

  async #sameContent(): Promise<boolean> {
    const head = await readHead(this.handle);
    if (head.length < this.#head.length || !head.subarray(0, this.#head.length).equals(this.#head)) return false;
    if (head.length > this.#head.length || this.record.head.bytes < Math.min(head.length, HEAD_BYTES)) {
      this.#head = head;
      this.record.head = headOf(head);
    }
    return true;
  }

  /** The file was cut: reads its new content from the start, for which `record` stands. */
  async restart(record: FileRecord): Promise<void> {
    this.#head = await readHead(this.handle);
    record.head = headOf(this.#head);
    record.offset = 0;
    this.record = record;
    this.#readOffset = 0;
    this.#framer = this.#newFramer(0);
  }

  /** A rotated file is read to its end: a half-written last line goes out as it is. */
  finish(): void {
    this.#framer.end();
    this.record.offset = this.#readOffset;
    this.record.finished = true;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
