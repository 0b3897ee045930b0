// JsonDocument: JSON that spans lines (pretty-printed objects, arrays of events). In: pieces of text. Out: whole objects.
import { ByteGather } from './byte-gather.ts';

const MAX_DEPTH = 512;
const IN_OBJECT = 1;
const IN_ARRAY = 2;

/** What `feed` says when it does not say where the document ended. */
export const DOCUMENT_GOES_ON = -1;
/** The text is broken; `gather` holds it from its last whole object to the end of what was fed. */
export const DOCUMENT_BROKEN = -2;
/** The text broke off before this line, which may well be a good one; `gather` holds what came before. */
export const DOCUMENT_BROKE_OFF = -3;

export interface ObjectSink {
  object(bytes: Buffer, start: number, end: number, position: number): void;
}

export class JsonDocument {
  /** The unfinished object, exactly as read. */
  readonly gather = new ByteGather();
  readonly #sink: ObjectSink;
  readonly #maxBytes: number;
  readonly #containers = new Uint8Array(MAX_DEPTH + 1);
  #active = false;
  #startPosition = 0;
  #objectPosition = 0;
  #depth = 0;
  #listed = false;
  #inArray = false;
  #commaNext = false;
  #inString = false;
  #escaped = false;
  #lastToken = 0;

  constructor(sink: ObjectSink, maxBytes: number) {
    this.#sink = sink;
    this.#maxBytes = maxBytes;
  }

  get active(): boolean {
    return this.#active;
  }

  /** Where the whole text begins in its file: reading it again has to begin here, for items need the `[` before them. */
  get startPosition(): number {
    return this.#startPosition;
  }

  /** Where `gather` begins in the file. */
  get gatherPosition(): number {
    return this.#objectPosition;
  }

  /** `listed`: the text began on its first line as a list whose items follow, one a line. */
  start(position: number, listed: boolean): void {
    this.gather.clear();
    this.#listed = listed;
    this.#active = true;
    this.#startPosition = position;
    this.#objectPosition = position;
    this.#depth = 0;
    this.#inArray = false;
    this.#commaNext = false;
    this.#inString = false;
    this.#escaped = false;
  }

  stop(): void {
    this.#active = false;
    this.gather.clear();
  }

  /** Feeds a line or, while its end is not there yet, a piece of one. Returns where the document ended, or one of the three. */
  feed(bytes: Buffer, start: number, end: number, position: number, startsLine: boolean, endsLine: boolean): number {
    if (startsLine && start < end && bytes[start] === 0x7b && !this.#takesLine(bytes, start, end))
      return DOCUMENT_BROKE_OFF;
    let objectStart = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#depth === 0) {
        const step = this.#between(byte);
        if (step === 'ended') return at + 1;
        if (step === 'wrong') return this.#break(bytes, at, end, position + (at - start));
        if (step !== 'opened') continue;
        objectStart = at;
        this.#objectPosition = position + (at - start);
      } else if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === 0x5c) this.#escaped = true;
        else if (byte === 0x22) this.#inString = false;
      } else if (byte === 0x22) {
        this.#inString = true;
        this.#lastToken = byte;
      } else if (byte === 0x7b || byte === 0x5b) {
        if (!this.#takesValue() || this.#depth >= MAX_DEPTH) return this.#break(bytes, objectStart, end);
        this.#containers[++this.#depth] = byte === 0x7b ? IN_OBJECT : IN_ARRAY;
        this.#lastToken = byte;
      } else if (byte === 0x7d || byte === 0x5d) {
        if (this.#containers[this.#depth] !== (byte === 0x7d ? IN_OBJECT : IN_ARRAY)) {
          return this.#break(bytes, objectStart, end);
        }
        this.#depth--;
        this.#lastToken = byte;
        if (this.#depth === 0) {
          this.#finishObject(bytes, objectStart, at + 1);
          if (!this.#inArray) return at + 1;
          this.#commaNext = true;
          objectStart = end;
        }
      } else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) this.#lastToken = byte;
    }
    return this.#endPiece(bytes, objectStart, end, endsLine);
  }

  /** Between objects: what the next byte does. */
  #between(byte: number): 'opened' | 'ended' | 'wrong' | 'passed' {
    if (byte === 0x20 || byte === 0x0d || byte === 0x09) return 'passed';
    if (byte === 0x7b && !this.#commaNext) {
      this.#depth = 1;
      this.#containers[1] = IN_OBJECT;
      this.#lastToken = byte;
      return 'opened';
    }
    if (byte === 0x5b && !this.#inArray) this.#inArray = true;
    else if (byte === 0x2c && this.#commaNext) this.#commaNext = false;
    else if (byte === 0x5d && this.#inArray) return 'ended';
    else return 'wrong';
    return 'passed';
  }

  /**
   * Whether a line that begins with `{` belongs to this text. One that begins like a compact event does only as an item, never
   * inside an object: were the text torn there, it would swallow a good line.
   */
  #takesLine(bytes: Buffer, start: number, end: number): boolean {
    if (this.#depth === 0) return !this.#commaNext;
    if (start + 1 < end && bytes[start + 1] === 0x22 && !(this.#listed && this.#depth === 2)) return false;
    return this.#takesValue();
  }

  /** Whether an object or array may begin here. */
  #takesValue(): boolean {
    if (this.#lastToken === 0x3a || this.#lastToken === 0x5b) return true;
    return this.#lastToken === 0x2c && this.#containers[this.#depth] === IN_ARRAY;
  }

  #finishObject(bytes: Buffer, start: number, end: number): void {
    if (this.gather.length === 0) this.#sink.object(bytes, start, end, this.#objectPosition);
    else {
      this.gather.append(bytes, start, end);
      this.#sink.object(this.gather.bytes, 0, this.gather.length, this.#objectPosition);
      this.gather.clear();
    }
  }

  #break(bytes: Buffer, from: number, end: number, position = this.#objectPosition): number {
    this.#objectPosition = position;
    this.gather.append(bytes, from, end);
    return DOCUMENT_BROKEN;
  }

  #endPiece(bytes: Buffer, objectStart: number, end: number, endsLine: boolean): number {
    if (this.#depth === 0) return DOCUMENT_GOES_ON;
    this.gather.append(bytes, objectStart, end);
    // No string of JSON has a newline in it, so this was cut off; and nothing grows without end.
    if ((endsLine && this.#inString) || this.gather.length > this.#maxBytes) return DOCUMENT_BROKEN;
    if (endsLine) this.gather.appendByte(0x0a);
    return DOCUMENT_GOES_ON;
  }
}
