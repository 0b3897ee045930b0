// Framer: bytes to lines, never splitting a record. In: chunks of a file or stream, in order. Out: lines with their positions.
import { ByteGather } from './byte-gather.ts';
import { type ContainerLine, ContainerLog } from './container-log.ts';
import { DOCUMENT_BROKE_OFF, DOCUMENT_BROKEN, DOCUMENT_GOES_ON, JsonDocument } from './json-document.ts';
import { jsonAfterPrefix, opensArray, prefixOf, shapeOf } from './line-shape.ts';
import { type LineSink, RecordSplitter } from './record-splitter.ts';

export interface FrameLimits {
  /** A longer line goes to quarantine, cut. @default 64 MiB */
  readonly maxLineBytes: number;
  /** What is kept of such a line. @default 1 MiB */
  readonly keptOfLongLineBytes: number;
}

export const FRAME_LIMITS: FrameLimits = { maxLineBytes: 64 * 1024 * 1024, keptOfLongLineBytes: 1024 * 1024 };

/** A line that is still unfinished here may be a big array on one line, which need not be held whole. */
const ARRAY_PEEK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const BROKEN_PROBLEM = 'KW_FRAME_BROKEN_JSON: a line of JSON that spans several lines and was cut off or is broken';

export class Framer {
  readonly #sink: LineSink;
  readonly #splitter: RecordSplitter;
  readonly #limits: FrameLimits;
  readonly #document: JsonDocument;
  readonly #container: ContainerLog;
  /** The beginning of a line whose end has not come yet. */
  readonly #carry = new ByteGather();
  #carryPosition = 0;
  /** The line began inside a text that turned out to be broken. */
  #carryBroken = false;
  /** Bytes of an overlong line that were not kept. */
  #skippedBytes = 0;
  #nextPosition = 0;
  /** The document was fed a piece of the current line already. */
  #midLine = false;
  /** `position` is where reading begins in the file. */
  constructor(sink: LineSink, limits: Partial<FrameLimits> = {}, position = 0) {
    this.#nextPosition = position;
    this.#sink = sink;
    this.#limits = { ...FRAME_LIMITS, ...limits };
    this.#splitter = new RecordSplitter(sink);
    this.#document = new JsonDocument(this.#splitter, this.#limits.maxLineBytes);
    this.#container = new ContainerLog(this.#limits.maxLineBytes);
  }

  /** Reading again from here gives every line that was not given out yet. */
  get resumePosition(): number {
    if (this.#document.active) return this.#document.startPosition;
    const begun = this.#container.begunPosition;
    if (begun !== undefined) return begun;
    return this.#carry.length > 0 || this.#skippedBytes > 0 ? this.#carryPosition : this.#nextPosition;
  }

  /** Bytes that wait for the rest of their line. */
  get pendingBytes(): number {
    return this.#nextPosition - this.resumePosition;
  }

  /** `position` is the chunk's offset in its file; chunks come in order and without gaps. */
  push(chunk: Buffer, position: number): void {
    this.#nextPosition = position + chunk.length;
    let at = 0;
    if (this.#carry.length > 0 || this.#midLine) {
      const end = chunk.indexOf(NEWLINE);
      at = end < 0 ? chunk.length : end + 1;
      this.#continueLine(chunk, end < 0 ? chunk.length : end, position, end >= 0);
    }
    this.#splitter.newBuffer();
    for (;;) {
      const end = at < chunk.length ? chunk.indexOf(NEWLINE, at) : -1;
      if (end < 0) break;
      this.#wholeLine(chunk, at, end, position + at);
      at = end + 1;
    }
    if (at < chunk.length) this.#startLine(chunk, at, position + at);
  }

  /** The text is over: what waits for more goes out as it is. */
  end(): void {
    this.#splitter.newBuffer();
    if (this.#carry.length > 0) this.#carriedLine();
    if (this.#document.active) this.#giveUp(true);
    this.#midLine = false;
    this.#unwrapped(this.#container.end());
  }

  #startLine(chunk: Buffer, start: number, position: number): void {
    // Whether a line begins like a compact event shows in its first two bytes.
    if (this.#document.active && chunk.length - start > 1)
      this.#feed(chunk, start, chunk.length, position, true, false);
    else this.#startCarry(chunk, start, chunk.length, position, false);
  }

  #startCarry(bytes: Buffer, start: number, end: number, position: number, broken: boolean): void {
    this.#carry.clear();
    this.#skippedBytes = 0;
    this.#carryPosition = position;
    this.#carryBroken = broken;
    this.#keep(bytes, start, end);
  }

  #continueLine(chunk: Buffer, end: number, position: number, complete: boolean): void {
    if (this.#midLine) {
      this.#feed(chunk, 0, end, position, false, complete);
      return;
    }
    this.#keep(chunk, 0, end);
    if (complete) this.#carriedLine();
    else if (this.#document.active) this.#feedCarry();
    else if (this.#carryBroken) return;
    else if (this.#carry.bytes[0] === 0x5b && this.#carry.length > ARRAY_PEEK_BYTES && this.#skippedBytes === 0) {
      if (!opensArray(this.#carry.bytes, 0, this.#carry.length)) return;
      this.#document.start(this.#carryPosition, false);
      this.#feedCarry();
    }
  }

  #feedCarry(): void {
    const piece = Buffer.from(this.#carry.bytes.subarray(0, this.#carry.length));
    this.#carry.clear();
    this.#feed(piece, 0, piece.length, this.#carryPosition, true, false);
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    const room = this.#limits.maxLineBytes - this.#carry.length;
    const taken = Math.min(end, start + Math.max(room, 0));
    this.#carry.append(chunk, start, taken);
    this.#skippedBytes += end - taken;
  }

  /** A line that came in pieces is whole now. */
  #carriedLine(): void {
    const line = this.#carry.bytes.subarray(0, this.#carry.length);
    const skipped = this.#skippedBytes;
    this.#skippedBytes = 0;
    this.#splitter.newBuffer();
    if (skipped > 0) this.#tooLong(line, 0, line.length, this.#carryPosition, line.length + skipped);
    else if (this.#carryBroken) this.#brokenLine(line, 0, line.length, this.#carryPosition);
    else this.#wholeLine(line, 0, line.length, this.#carryPosition);
    this.#splitter.newBuffer();
    this.#carryBroken = false;
    this.#carry.clear();
  }

  #tooLong(bytes: Buffer, start: number, end: number, position: number, trueBytes: number): void {
    const kept = Math.min(end - start, this.#limits.keptOfLongLineBytes);
    const problem = `KW_FRAME_LINE_TOO_LONG: the line has ${trueBytes} bytes, the limit is ${this.#limits.maxLineBytes}; its first ${kept} bytes are kept`;
    this.#sink.line(bytes, start, start + kept, position, '', problem);
  }

  #wholeLine(bytes: Buffer, start: number, end: number, position: number): void {
    if (this.#document.active) this.#feed(bytes, start, end, position, true, true);
    // An array on one line needs no limit: its events are taken out one by one.
    else if (end - start > this.#limits.maxLineBytes && bytes[start] !== 0x5b) {
      this.#tooLong(bytes, start, end, position, end - start);
    } else if (!this.#splitter.plainLine(bytes, start, end, position)) this.#shapedLine(bytes, start, end, position);
  }

  #shapedLine(bytes: Buffer, start: number, end: number, position: number): void {
    const lines = this.#container.take(bytes, start, end, position);
    if (lines !== undefined) {
      this.#unwrapped(lines);
      return;
    }
    // A byte order mark at the start of a file is no part of its first record.
    const mark = position === 0 && bytes[start] === 0xef && bytes[start + 1] === 0xbb ? 3 : 0;
    // A loop and no recursion: a line may hold a million small arrays.
    for (let at = start + mark; at < end; ) at = this.#shapedText(bytes, at, end, position + (at - start));
  }

  /** Lines as a container wrote them, out of the wrapping of its log. */
  #unwrapped(lines: readonly ContainerLine[]): void {
    for (const { bytes, position } of lines) {
      this.#splitter.newBuffer();
      const shape = shapeOf(bytes, 0, bytes.length);
      if (bytes.length > this.#limits.maxLineBytes) this.#tooLong(bytes, 0, bytes.length, position, bytes.length);
      else if (shape === 'compact') this.#splitter.line(bytes, 0, bytes.length, position, '');
      else if (shape !== 'blank') this.#sink.line(bytes, 0, bytes.length, position, '', '');
    }
    this.#splitter.newBuffer();
  }

  /** Returns where the rest begins that has to be looked at anew; `end` when there is none. */
  #shapedText(bytes: Buffer, start: number, end: number, position: number): number {
    const shape = shapeOf(bytes, start, end);
    if (shape === 'blank') return end;
    if (shape === 'document') {
      this.#document.start(position, bytes[start] === 0x7b && bytes[start + 1] === 0x22);
      return this.#feedDocument(bytes, start, end, position, true, true);
    }
    if (shape === 'compact') this.#splitter.line(bytes, start, end, position, '');
    else if (shape === 'prefixed') {
      const json = jsonAfterPrefix(bytes, start, end);
      this.#splitter.line(bytes, json, end, position + (json - start), prefixOf(bytes, start, json) ?? '');
    } else this.#sink.line(bytes, start, end, position, '', '');
    return end;
  }

  #feed(bytes: Buffer, start: number, end: number, position: number, startsLine: boolean, endsLine: boolean): void {
    const rest = this.#feedDocument(bytes, start, end, position, startsLine, endsLine);
    if (rest >= end) return;
    if (endsLine) this.#shapedLine(bytes, rest, end, position + (rest - start));
    else this.#startLine(bytes.subarray(0, end), rest, position + (rest - start));
  }

  /** Returns where text begins that is not the document's; `end` when there is none. */
  #feedDocument(
    bytes: Buffer,
    start: number,
    end: number,
    position: number,
    startsLine: boolean,
    endsLine: boolean,
  ): number {
    this.#midLine = !endsLine;
    const result = this.#document.feed(bytes, start, end, position, startsLine, endsLine);
    if (result === DOCUMENT_GOES_ON) return end;
    if (result === DOCUMENT_BROKEN) {
      this.#giveUp(endsLine);
      return end;
    }
    if (result === DOCUMENT_BROKE_OFF) {
      // What came before this line goes out; then the line stands on its own.
      this.#giveUp(true);
      return start;
    }
    this.#document.stop();
    this.#midLine = false;
    return result;
  }

  /** What was gathered goes out line by line; lines that look like events get their chance, the others go to quarantine. */
  #giveUp(lastLineIsWhole: boolean): void {
    const text = Buffer.from(this.#document.gather.bytes.subarray(0, this.#document.gather.length));
    const position = this.#document.gatherPosition;
    this.#document.stop();
    this.#midLine = false;
    this.#splitter.newBuffer();
    let at = 0;
    while (at < text.length) {
      const found = text.indexOf(NEWLINE, at);
      const end = found < 0 ? text.length : found;
      if (found < 0 && !lastLineIsWhole) this.#startCarry(text, at, end, position + at, true);
      else this.#brokenLine(text, at, end, position + at);
      at = end + 1;
    }
    this.#splitter.newBuffer();
  }

  #brokenLine(bytes: Buffer, start: number, end: number, position: number): void {
    const shape = shapeOf(bytes, start, end);
    if (shape === 'blank') return;
    if (shape === 'compact' || shape === 'prefixed') this.#shapedLine(bytes, start, end, position);
    else this.#sink.line(bytes, start, end, position, '', BROKEN_PROBLEM);
  }
}
