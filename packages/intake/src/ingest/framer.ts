// Framer: bytes to lines, never splitting a record. In: chunks of a file or stream, in order. Out: lines with their positions.
import { ByteGather } from './byte-gather.ts';
import { compactJson } from './compact-json.ts';
import { gatherCanonicalItem, parseEventList } from './event-list.ts';
import { DOCUMENT_BROKE_OFF, DOCUMENT_BROKEN, DOCUMENT_GOES_ON, JsonDocument } from './json-document.ts';
import { isPlainEvent, jsonAfterPrefix, opensArray, prefixOf, shapeOf } from './line-shape.ts';
import { skipSpace, skipValue } from './scan-json.ts';

/** Takes lines. The bytes are valid during the call only. `host` is the node named in front of the line, else ''. */
export interface LineSink {
  line(bytes: Buffer, start: number, end: number, position: number, host: string, problem: string): void;
}

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
const JOIN = Buffer.from('}{');
const SPACED_JOIN = Buffer.from('} {');
const LIST_MARK = Buffer.from('"EventList"');
const BROKEN_PROBLEM = 'KW_FRAME_BROKEN_JSON: a line of JSON that spans several lines and was cut off or is broken';

export class Framer {
  readonly #sink: LineSink;
  readonly #limits: FrameLimits;
  readonly #document: JsonDocument;
  /** The beginning of a line whose end has not come yet. */
  readonly #carry = new ByteGather();
  readonly #item = new ByteGather();
  #carryPosition = 0;
  /** The line began inside a text that turned out to be broken. */
  #carryBroken = false;
  /** Bytes of an overlong line that were not kept. */
  #skippedBytes = 0;
  #nextPosition = 0;
  /** The document was fed a piece of the current line already. */
  #midLine = false;
  /** For each pattern, its next place in the current chunk; found once per chunk, not once per line. */
  readonly #found = [0, 0, 0];

  /** `position` is where reading begins in the file. */
  constructor(sink: LineSink, limits: Partial<FrameLimits> = {}, position = 0) {
    this.#nextPosition = position;
    this.#sink = sink;
    this.#limits = { ...FRAME_LIMITS, ...limits };
    this.#document = new JsonDocument(
      (bytes, start, end, position) => this.#object(bytes, start, end, position),
      this.#limits.maxLineBytes,
    );
  }

  /** Reading again from here gives every line that was not given out yet. */
  get resumePosition(): number {
    if (this.#document.active) return this.#document.startPosition;
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
    this.#found.fill(-1);
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
    this.#found.fill(-1);
    if (this.#carry.length > 0) this.#carriedLine();
    if (this.#document.active) this.#giveUp(true);
    this.#midLine = false;
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
    this.#found.fill(-1);
    if (skipped > 0) this.#tooLong(line, 0, line.length, this.#carryPosition, line.length + skipped);
    else if (this.#carryBroken) this.#brokenLine(line, 0, line.length, this.#carryPosition);
    else this.#wholeLine(line, 0, line.length, this.#carryPosition);
    this.#found.fill(-1);
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
    else if (end - start > this.#limits.maxLineBytes && bytes[start] !== 0x5b)
      this.#tooLong(bytes, start, end, position, end - start);
    else if (isPlainEvent(bytes, start, end) && !this.#hasJoin(bytes, start, end)) {
      this.#sink.line(bytes, start, end, position, '', '');
    } else this.#shapedLine(bytes, start, end, position);
  }

  #shapedLine(bytes: Buffer, lineStart: number, end: number, linePosition: number): void {
    // A byte order mark at the start of a file is no part of its first record.
    const mark = linePosition === 0 && bytes[lineStart] === 0xef && bytes[lineStart + 1] === 0xbb ? 3 : 0;
    const start = lineStart + mark;
    const position = linePosition + mark;
    const shape = shapeOf(bytes, start, end);
    if (shape === 'blank') return;
    if (shape === 'document') {
      this.#document.start(position, bytes[start] === 0x7b && bytes[start + 1] === 0x22);
      this.#feed(bytes, start, end, position, true, true);
    } else if (shape === 'compact') this.#compactLine(bytes, start, end, position, '');
    else if (shape === 'prefixed') {
      const json = jsonAfterPrefix(bytes, start, end);
      this.#compactLine(bytes, json, end, position + (json - start), prefixOf(bytes, start, json) ?? '');
    } else this.#sink.line(bytes, start, end, position, '', '');
  }

  /** One event, one list, or several of them one after the other. */
  #compactLine(bytes: Buffer, start: number, end: number, position: number, host: string): void {
    let at = start;
    if (this.#hasJoin(bytes, start, end)) {
      for (;;) {
        const objectStart = skipSpace(bytes, at, end);
        const objectEnd = bytes[objectStart] === 0x7b ? skipValue(bytes, objectStart, end) : -1;
        if (objectEnd < 0 || skipSpace(bytes, objectEnd, end) === end) break;
        this.#listOrLine(bytes, objectStart, objectEnd, position + (objectStart - start), host);
        at = skipSpace(bytes, objectEnd, end);
      }
    }
    if (at < end) this.#listOrLine(bytes, at, end, position + (at - start), host);
  }

  #listOrLine(bytes: Buffer, start: number, end: number, position: number, host: string): void {
    if (isPlainEvent(bytes, start, end) || !this.#occurs(2, LIST_MARK, bytes, start, end)) {
      this.#sink.line(bytes, start, end, position, host, '');
    } else if (!this.#items(bytes, start, end, position, host)) this.#sink.line(bytes, start, end, position, host, '');
  }

  /** A whole object out of an array or of pretty-printed text: on one line, without space between tokens. */
  #object(bytes: Buffer, start: number, end: number, position: number): void {
    const list = !isPlainEvent(bytes, start, end) && bytes.subarray(start, end).includes(LIST_MARK);
    if (list && this.#items(bytes, start, end, position, '')) return;
    this.#item.clear();
    compactJson(bytes, start, end, this.#item);
    this.#sink.line(this.#item.bytes, 0, this.#item.length, position, '', '');
  }

  /** False when it is no list after all. */
  #items(bytes: Buffer, start: number, end: number, position: number, host: string): boolean {
    const list = parseEventList(bytes, start, end);
    if (!list.ok || !list.hasItems || list.kind !== 'EventList') return false;
    for (const [index, itemStart] of list.itemStarts.entries()) {
      gatherCanonicalItem(bytes, list, index, this.#item);
      this.#sink.line(this.#item.bytes, 0, this.#item.length, position + (itemStart - start), host, '');
    }
    return true;
  }

  #feed(bytes: Buffer, start: number, end: number, position: number, startsLine: boolean, endsLine: boolean): void {
    this.#midLine = !endsLine;
    const result = this.#document.feed(bytes, start, end, position, startsLine, endsLine);
    if (result === DOCUMENT_GOES_ON) return;
    if (result === DOCUMENT_BROKEN) {
      this.#giveUp(endsLine);
      return;
    }
    if (result === DOCUMENT_BROKE_OFF) {
      // Give out what came before this line; then the line stands on its own.
      this.#giveUp(true);
      if (endsLine) this.#wholeLine(bytes, start, end, position);
      else this.#startLine(bytes, start, position);
      return;
    }
    this.#document.stop();
    this.#midLine = false;
    if (endsLine) this.#shapedLine(bytes, result, end, position + (result - start));
    else if (result < end) this.#startLine(bytes.subarray(0, end), result, position + (result - start));
  }

  /** What was gathered goes out line by line; lines that look like events get their chance, the others go to quarantine. */
  #giveUp(lastLineIsWhole: boolean): void {
    const text = Buffer.from(this.#document.gather.bytes.subarray(0, this.#document.gather.length));
    const position = this.#document.gatherPosition;
    this.#document.stop();
    this.#midLine = false;
    this.#found.fill(-1);
    let at = 0;
    while (at < text.length) {
      const found = text.indexOf(NEWLINE, at);
      const end = found < 0 ? text.length : found;
      if (found < 0 && !lastLineIsWhole) this.#startCarry(text, at, end, position + at, true);
      else this.#brokenLine(text, at, end, position + at);
      at = end + 1;
    }
    this.#found.fill(-1);
  }

  #brokenLine(bytes: Buffer, start: number, end: number, position: number): void {
    const shape = shapeOf(bytes, start, end);
    if (shape === 'blank') return;
    if (shape === 'compact' || shape === 'prefixed') this.#shapedLine(bytes, start, end, position);
    else this.#sink.line(bytes, start, end, position, '', BROKEN_PROBLEM);
  }

  #hasJoin(bytes: Buffer, start: number, end: number): boolean {
    return this.#occurs(0, JOIN, bytes, start, end) || this.#occurs(1, SPACED_JOIN, bytes, start, end);
  }

  /** Whether `pattern` occurs in the line. The search runs ahead over the whole chunk and is remembered. */
  #occurs(index: number, pattern: Buffer, bytes: Buffer, start: number, end: number): boolean {
    let found = this.#found[index] ?? -1;
    if (found < start) {
      found = bytes.indexOf(pattern, start);
      if (found < 0) found = Number.POSITIVE_INFINITY;
      this.#found[index] = found;
    }
    return found < end;
  }
}
