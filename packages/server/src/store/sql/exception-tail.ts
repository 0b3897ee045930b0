// Answers that break off: bytes of a streamed answer -> the same bytes, or an error when ClickHouse appended an exception.
import { ClickHouseError, parseError } from '@clickhouse/client';

/** The longest exception block that is looked for at the end of an answer. */
const MAX_TAIL_BYTES = 64 * 1024;

/**
 * ClickHouse ends a failed stream with `__exception__ <tag> … <tag> __exception__`; the tag is random for each
 * answer, so no record can forge it. Bytes are handed on as they come, the last few are held back until it is
 * sure that they are data.
 */
export async function* readUntilException(
  stream: AsyncIterable<Buffer>,
  tag: string | undefined,
): AsyncGenerator<Buffer, void, void> {
  if (tag === undefined) {
    yield* stream;
    return;
  }
  const marker = Buffer.from(`__exception__\r\n${tag}`);
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const at = bytes.indexOf(marker);
    if (at >= 0) {
      held = bytes.subarray(at);
      for await (const more of stream) if (held.length < MAX_TAIL_BYTES) held = Buffer.concat([held, more]);
      throw readException(held, marker.length);
    }
    const keep = findPartialMarker(bytes, marker);
    held = Buffer.from(bytes.subarray(bytes.length - keep));
    if (bytes.length > keep) yield bytes.subarray(0, bytes.length - keep);
  }
  if (held.length > 0) yield held;
}

/** How many bytes at the end could be the start of the marker. */
function findPartialMarker(bytes: Buffer, marker: Buffer): number {
  const most = Math.min(bytes.length, marker.length - 1);
  for (let n = most; n > 0; n--) {
    if (bytes.subarray(bytes.length - n).equals(marker.subarray(0, n))) return n;
  }
  return 0;
}

function readException(tail: Buffer, skip: number): Error {
  const text = tail.subarray(skip).toString('utf8').trim();
  const parsed = parseError(text);
  return parsed instanceof ClickHouseError ? parsed : new Error(`the answer broke off: ${text.slice(0, 500)}`);
}
