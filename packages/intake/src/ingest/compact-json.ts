// compactJson: one value on one line. In: JSON whose strings are closed. Out: the same bytes without space between tokens.
import type { ByteGather } from './byte-gather.ts';

/** Appends to `target`; runs between spaces are copied as they are, so compact text costs one copy. */
export function compactJson(bytes: Buffer, start: number, end: number, target: ByteGather): void {
  let runStart = start;
  let inString = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      if (at > runStart) target.append(bytes, runStart, at);
      runStart = at + 1;
    }
  }
  if (end > runStart) target.append(bytes, runStart, end);
}
