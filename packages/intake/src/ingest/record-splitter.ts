// RecordSplitter: the records in one line or one object. In: a line that begins like JSON, or a whole object. Out: one line per record.
import { ByteGather } from './byte-gather.ts';
import { compactJson } from './compact-json.ts';
import { gatherCanonicalItem, parseEventList } from './event-list.ts';
import { isPlainEvent } from './line-shape.ts';
import { skipSpace, skipValue } from './scan-json.ts';

/** Takes lines. The bytes are valid during the call only. `host` is the node named in front of the line, else ''. */
export interface LineSink {
  line(bytes: Buffer, start: number, end: number, position: number, host: string, problem: string): void;
}

const JOIN = Buffer.from('}{');
const SPACED_JOIN = Buffer.from('} {');
const LIST_MARK = Buffer.from('"EventList"');

export class RecordSplitter {
  readonly #sink: LineSink;
  readonly #item = new ByteGather();
  /** For each pattern its next place in the buffer at hand: searched once per buffer, not once per line. */
  readonly #found = [-1, -1, -1];

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Has to be called whenever lines come out of another buffer, or out of other content in the same one. */
  newBuffer(): void {
    this.#found.fill(-1);
  }

  /** The road nearly all lines take. False when the line needs a closer look. */
  plainLine(bytes: Buffer, start: number, end: number, position: number): boolean {
    if (!isPlainEvent(bytes, start, end) || this.#hasJoin(bytes, start, end)) return false;
    this.#sink.line(bytes, start, end, position, '', '');
    return true;
  }

  /** One event, one list, or several of them one after the other, exactly as written. */
  line(bytes: Buffer, start: number, end: number, position: number, host: string): void {
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

  /** A whole object out of an array or of pretty-printed text: on one line, without space between tokens. */
  object(bytes: Buffer, start: number, end: number, position: number): void {
    const isList = !isPlainEvent(bytes, start, end) && bytes.subarray(start, end).includes(LIST_MARK);
    if (isList && this.#items(bytes, start, end, position, '')) return;
    this.#item.clear();
    compactJson(bytes, start, end, this.#item);
    this.#sink.line(this.#item.bytes, 0, this.#item.length, position, '', '');
  }

  #listOrLine(bytes: Buffer, start: number, end: number, position: number, host: string): void {
    const mayBeList = !isPlainEvent(bytes, start, end) && this.#occurs(2, LIST_MARK, bytes, start, end);
    if (mayBeList && this.#items(bytes, start, end, position, host)) return;
    this.#sink.line(bytes, start, end, position, host, '');
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

  #hasJoin(bytes: Buffer, start: number, end: number): boolean {
    return this.#occurs(0, JOIN, bytes, start, end) || this.#occurs(1, SPACED_JOIN, bytes, start, end);
  }

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
