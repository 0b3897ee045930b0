// looksLikeLog: whether it is worth reading on. In: the first part of a stream. Out: yes, or no line of it is a record.
import { jsonAfterPrefix, skipSpace } from '../../ingest/index.ts';

/**
 * The rule for files that are no logs (an image, a database, a core dump, somebody's notes): none of the lines in their first
 * part begins like a record. Records begin with `{` or `[`, with `<node> {` or `<time> {`, or hold `AUDIT: id=` (the old text
 * format). Such a file gives one clear problem, no rows: a million rows in quarantine would help nobody, and the user still
 * has the file. One line that looks right is enough to take the file with everything that is in it.
 */
export const PEEK_BYTES = 1024 * 1024;

const LEGACY_MARK = Buffer.from('AUDIT: id=');

export function looksLikeLog(head: Buffer): boolean {
  let blank = true;
  for (let at = 0; at < head.length; ) {
    const newline = head.indexOf(0x0a, at);
    const end = newline < 0 ? head.length : newline;
    const start = skipSpace(head, at === 0 && head[0] === 0xef && head[1] === 0xbb ? 3 : at, end);
    if (start < end) {
      blank = false;
      // A line of its own text, not a stray brace in binary data: what follows has to be JSON too.
      if (opensJson(head, start, end) || jsonAfterPrefix(head, start, end) >= 0) return true;
    }
    at = end + 1;
  }
  return blank || head.includes(LEGACY_MARK);
}

/**
 * `{"k`, `{}`, `[{"k`, `[]`, with space and line ends between the tokens. Two right bytes are not enough: in a megabyte of
 * random ones they stand at the beginning of some line.
 */
function opensJson(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start];
  if (first === 0x7b) return opensObject(bytes, start, end);
  if (first !== 0x5b) return false;
  const next = skipSpace(bytes, start + 1, bytes.length);
  if (bytes[next] === 0x5d) return endsLine(bytes, next + 1, end);
  return next === bytes.length || (bytes[next] === 0x7b && opensObject(bytes, next, end));
}

function opensObject(bytes: Buffer, start: number, end: number): boolean {
  const next = skipSpace(bytes, start + 1, bytes.length);
  if (bytes[next] === 0x7d) return endsLine(bytes, next + 1, end);
  if (next === bytes.length) return true;
  return bytes[next] === 0x22 && [1, 2].every((at) => isPrintable(bytes[next + at]));
}

/** A key goes on, or the first part of the stream ends in it. */
function isPrintable(byte: number | undefined): boolean {
  return byte === undefined || (byte >= 0x20 && byte < 0x7f);
}

function endsLine(bytes: Buffer, start: number, end: number): boolean {
  return skipSpace(bytes, start, bytes.length) >= end;
}
