// Two heaps of lines compared byte for byte, whatever their order. Buffers in, the differences out.
import { createHash } from 'node:crypto';
import { splitLines } from './corpus.ts';

export interface Difference {
  readonly lines: number;
  /** Beginnings of lines that only the first has, or has more often. */
  readonly lost: readonly string[];
  readonly added: readonly string[];
}

const SHOWN = 5;

function count(lines: readonly Buffer[]): Map<string, { line: Buffer; times: number }> {
  const counts = new Map<string, { line: Buffer; times: number }>();
  for (const line of lines) {
    const key = createHash('sha1').update(line).digest('base64');
    const entry = counts.get(key) ?? { line, times: 0 };
    entry.times++;
    counts.set(key, entry);
  }
  return counts;
}

/** `printed` ends each line with a newline, as ndjson does. */
export function compareLines(came: readonly Buffer[], printed: Buffer): Difference {
  const lines = splitLines(printed);
  const [before, after] = [count(came), count(lines)];
  const only = (a: typeof before, b: typeof before) =>
    [...a]
      .filter(([key, { times }]) => times > (b.get(key)?.times ?? 0))
      .map(([, { line }]) => line.toString('latin1', 0, 400));
  return { lines: lines.length, lost: only(before, after).slice(0, SHOWN), added: only(after, before).slice(0, SHOWN) };
}
