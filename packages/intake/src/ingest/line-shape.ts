// What a line looks like from its first bytes. In: a line. Out: how to frame it. No JSON is parsed here.

export type LineShape = 'blank' | 'compact' | 'document' | 'prefixed' | 'other';

const KIND_EVENT = Buffer.from('{"kind":"Event"');
/** Host names end at 253; a longer first word is no node. */
const MAX_PREFIX_BYTES = 253;

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

/** `{"kind":"Event"` as the API server writes it: surely no list. */
export function isPlainEvent(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < KIND_EVENT.length) return false;
  for (let index = 0; index < KIND_EVENT.length; index++) {
    if (bytes[start + index] !== KIND_EVENT[index]) return false;
  }
  return true;
}

export function shapeOf(bytes: Buffer, start: number, end: number): LineShape {
  let at = start;
  while (at < end && isSpace(bytes[at])) at++;
  if (at === end) return 'blank';
  const byte = bytes[at];
  if (byte === 0x7b) {
    if (bytes[at + 1] === 0x22 && at + 1 < end) return opensList(bytes, at, end) ? 'document' : 'compact';
    return at === start && opensMore(bytes, at, end) ? 'document' : 'other';
  }
  // `[` opens an array of events only when an object, the end or the line's end follows: klog lines begin so too.
  if (byte === 0x5b && at === start) return opensArray(bytes, at, end) ? 'document' : 'other';
  return jsonAfterPrefix(bytes, start, end) < 0 ? 'other' : 'prefixed';
}

/** Pretty-printed text never closes on its first line. */
function opensMore(bytes: Buffer, start: number, end: number): boolean {
  const last = lastToken(bytes, start, end);
  return last === 0x7b || last === 0x5b || last === 0x2c || last === 0x3a;
}

/** `{"kind":"EventList",…,"items":[` with one item on each of the next lines. */
function opensList(bytes: Buffer, start: number, end: number): boolean {
  if (lastToken(bytes, start, end) !== 0x5b || isPlainEvent(bytes, start, end)) return false;
  const text = bytes.subarray(start, end);
  return text.includes('"EventList"') && text.includes('"items"');
}

export function opensArray(bytes: Buffer, start: number, end: number): boolean {
  let at = start + 1;
  while (at < end && isSpace(bytes[at])) at++;
  return at === end || bytes[at] === 0x7b || bytes[at] === 0x5d;
}

function lastToken(bytes: Buffer, start: number, end: number): number | undefined {
  let at = end - 1;
  while (at >= start && isSpace(bytes[at])) at--;
  return bytes[at];
}

/** Where the JSON of `<node> {…`, `<time> {…` or `<time> stdout F {…` begins; -1 when the line is nothing of the kind. */
export function jsonAfterPrefix(bytes: Buffer, start: number, end: number): number {
  const limit = Math.min(end - 1, start + MAX_PREFIX_BYTES + 12);
  for (let at = start; at < limit; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) return -1;
    if (byte === 0x7b) {
      if (bytes[at + 1] !== 0x22 || bytes[at - 1] !== 0x20) return -1;
      return prefixOf(bytes, start, at) === undefined ? -1 : at;
    }
  }
  return -1;
}

const NODE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const TIME = /^\d{4}-\d{2}-\d{2}T[0-9:.]+(?:Z|[+-]\d{2}:\d{2})(?: (?:stdout|stderr) F)?$/;

/** The node named in front of the JSON, '' when it is a time (archives of container logs); undefined for other text. */
export function prefixOf(bytes: Buffer, start: number, jsonStart: number): string | undefined {
  const text = bytes.toString('latin1', start, jsonStart - 1);
  if (text.length <= MAX_PREFIX_BYTES && NODE.test(text)) return text;
  return TIME.test(text) ? '' : undefined;
}
