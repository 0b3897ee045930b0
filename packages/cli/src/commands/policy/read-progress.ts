// Progress of reading records on a terminal: records, bytes and records a second on one line that is rewritten. Silent elsewhere.
import { printBytes, printCount } from '../../output/index.ts';
import { isWatched, type Shell } from '../shell.ts';
import type { LineReader } from './line-cutter.ts';

export interface ReadProgress {
  /** The same reader, counted. */
  readonly watch: (read: LineReader) => LineReader;
  /** Removes the line. */
  readonly close: () => void;
}

const REDRAW_MS = 200;
const ERASE_LINE = '\r\u001b[K';

export function openReadProgress(shell: Shell): ReadProgress {
  if (!isWatched(shell)) return { watch: (read) => read, close: () => undefined };
  const startedAt = performance.now();
  let records = 0;
  let bytes = 0;
  const timer = setInterval(() => {
    const seconds = (performance.now() - startedAt) / 1000;
    const text = `${printCount(records)} records  ${printBytes(bytes)}  ${printCount(records / seconds)} records/s`;
    shell.stderr.write(`${ERASE_LINE}${text.slice(0, (shell.stderr.columns ?? 80) - 1)}`);
  }, REDRAW_MS);
  return {
    watch: (read) => (chunk, start, end) => {
      records += 1;
      bytes += end - start;
      read(chunk, start, end);
    },
    close: () => {
      clearInterval(timer);
      shell.stderr.write(ERASE_LINE);
    },
  };
}
