// Progress of an import on a terminal: bytes, records a second, time left, on one line that is rewritten. Silent elsewhere.
import type { ImportListener, LogFile } from '../client/index.ts';
import { type Output, printAge, printBytes, printCount, printHarmless } from '../output/index.ts';

export interface Progress extends ImportListener {
  /** Removes the line. */
  close(): void;
}

const SILENT: Progress = {
  begin: () => undefined,
  sent: () => undefined,
  waiting: () => undefined,
  close: () => undefined,
};

const REDRAW_MS = 100;
/** Every so many chunks one is counted for newlines: counting all would cost as much as sending. */
const COUNTED_EVERY = 8;
const BAR_CELLS = 20;
const ERASE_LINE = '\r\u001b[K';

export function openProgress(output: Output, files: readonly LogFile[], watched: boolean): Progress {
  if (!watched) return SILENT;
  const sizes = files.map((file) => file.bytes);
  const total = sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
  const startedAt = performance.now();
  let name = '';
  let waits = false;
  let bytes = 0;
  let chunks = 0;
  let countedBytes = 0;
  let countedLines = 0;

  const draw = (): void => {
    const seconds = (performance.now() - startedAt) / 1000;
    const parts = [
      total === undefined ? printBytes(bytes) : `${bar(bytes / total)} ${printBytes(bytes)} of ${printBytes(total)}`,
    ];
    if (countedLines > 0 && seconds > 0.5)
      parts.push(`${printCount(((countedLines / countedBytes) * bytes) / seconds)} records/s`);
    if (waits) parts.push('storing');
    else if (total !== undefined && bytes > 0 && seconds > 1)
      parts.push(`${printAge(((total - bytes) / bytes) * seconds)} left`);
    const text = `${parts.join('  ')}  ${printHarmless(name)}`;
    output.write(`${ERASE_LINE}${text.slice(0, (output.columns ?? 80) - 1)}`);
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    begin(file) {
      name = file.path;
      waits = false;
    },
    sent(chunk) {
      bytes += chunk.length;
      chunks += 1;
      // Compressed bytes say nothing about the number of lines.
      if (chunks % COUNTED_EVERY !== 1 || /\.(gz|tgz)$/i.test(name)) return;
      countedBytes += chunk.length;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) countedLines += 1;
    },
    waiting() {
      waits = true;
    },
    close() {
      clearInterval(timer);
      output.write(ERASE_LINE);
    },
  };
}

function bar(share: number): string {
  const full = Math.min(BAR_CELLS, Math.max(0, Math.round(share * BAR_CELLS)));
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_CELLS - full)}] ${String(Math.min(100, Math.floor(share * 100))).padStart(3)}%`;
}
