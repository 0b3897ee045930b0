// Test aid: frames a text in given chunks and collects the lines.
import { type FrameLimits, Framer } from '../framer.ts';

export interface FramedLine {
  readonly line: Buffer;
  readonly position: number;
  readonly host: string;
  readonly problem: string;
}

export function frameChunks(chunks: readonly Buffer[], limits: Partial<FrameLimits> = {}): FramedLine[] {
  const lines: FramedLine[] = [];
  const framer = new Framer(
    {
      line(bytes, start, end, position, host, problem) {
        lines.push({ line: Buffer.from(bytes.subarray(start, end)), position, host, problem });
      },
    },
    limits,
  );
  let position = 0;
  for (const chunk of chunks) {
    // A copy that is spoilt afterwards: whoever kept a piece of it without copying shows.
    const lent = Buffer.from(chunk);
    framer.push(lent, position);
    lent.fill(0x3f);
    position += chunk.length;
  }
  framer.end();
  return lines;
}

/** The lines as text; those that go to quarantine with a `!` in front, those with a host with `host|`. */
export function frameText(text: string | Buffer, limits: Partial<FrameLimits> = {}): string[] {
  return frameChunks([Buffer.from(text)], limits).map(
    ({ line, host, problem }) =>
      `${problem === '' ? '' : '!'}${host === '' ? '' : `${host}|`}${line.toString('latin1')}`,
  );
}
