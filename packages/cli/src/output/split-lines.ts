// Chunks of bytes -> whole lines, chunk by chunk, without their newlines. The bytes are not looked at otherwise.

const NEWLINE = 0x0a;

/** The lines that each chunk completes; the last one may lack its newline. Empty lines (heartbeats) are left out. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Buffer[]> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Buffer[] = [];
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      const piece = bytes.subarray(from, at);
      const line = parts.length === 0 ? piece : Buffer.concat([...parts, piece]);
      parts = [];
      if (line.length > 0) lines.push(line);
      from = at + 1;
    }
    if (from < bytes.length) parts.push(bytes.subarray(from));
    if (lines.length > 0) yield lines;
  }
  const rest = Buffer.concat(parts);
  if (rest.length > 0) yield [rest];
}
