// looksLikeLog: whether it is worth reading on. In: the first part of a stream. Out: yes, or no line of it is a record.
import { jsonAfterPrefix } from '../../ingest/index.ts';

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
    let start = at === 0 && head[0] === 0xef && head[1] === 0xbb ? 3 : at;
    while (start < end && (head[start] === 0x20 || head[start] === 0x09 || head[start] === 0x0d)) start++;
    if (start < end) {
      blank = false;
      // A line of its own text, not a stray brace in binary data: what follows has to be JSON too.
      if (opensJson(head, start, end) || jsonAfterPrefix(head, start, end) >= 0) return true;
    }
    at = end + 1;
  }
  return blank || head.includes(LEGACY_MARK);
}

function opensJson(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] !== 0x7b && bytes[start] !== 0x5b) return false;
  let next = start + 1;
  while (next < end && (bytes[next] === 0x20 || bytes[next] === 0x09 || bytes[next] === 0x0d)) next++;
  const byte = bytes[next];
  return next === end || byte === 0x22 || byte === 0x7b || byte === 0x7d || byte === 0x5d;
}
