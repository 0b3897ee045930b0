// Entries of a log query -> standard output: lines as they were written, or with their time and labels. Returns how many there were.
import { printTimeNanos } from '@kubewitness/core/event';
import { type Column, printCsvLine, printHarmless, printHarmlessLines, type Sink, Table } from '../../output/index.ts';
import type { LabelSet, LogEntry } from './loki-answer.ts';
import type { QueryFormat } from './query-request.ts';

export interface EntriesLook {
  readonly format: QueryFormat;
  readonly headers: boolean;
  /** Print each batch as soon as it has come. */
  readonly live: boolean;
}

type Batches = AsyncIterable<readonly LogEntry[]>;

const TIME: Column<LogEntry> = { header: 'TIME', cell: (entry) => printTimeNanos(entry.timeNanos) };
const LABELS: Column<LogEntry> = { header: 'LABELS', cell: (entry) => printLabels(entry.labels) };
const LINE: Column<LogEntry> = { header: 'LINE', cell: (entry) => entry.line };

export function printLabels(labels: LabelSet): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}

export async function printEntries(batches: Batches, sink: Sink, look: EntriesLook): Promise<number> {
  if (look.format === 'table' || look.format === 'wide') return printTable(batches, sink, look);
  const print = printerOf(look.format);
  let count = 0;
  for await (const batch of batches) {
    const header = count === 0 && look.headers && look.format === 'csv' && batch.length > 0;
    const text = (header ? printCsvLine(['time', 'labels', 'line']) : '') + batch.map(print).join('');
    // A terminal is no place for raw control characters; everything else gets the line as it is.
    await sink.write(sink.columns === undefined ? text : printHarmlessLines(text));
    count += batch.length;
  }
  return count;
}

function printerOf(format: QueryFormat): (entry: LogEntry) => string {
  switch (format) {
    case 'ndjson':
      return ({ timeNanos, labels, line }) => `${JSON.stringify({ time: printTimeNanos(timeNanos), labels, line })}\n`;
    case 'csv':
      return ({ timeNanos, labels, line }) => printCsvLine([printTimeNanos(timeNanos), JSON.stringify(labels), line]);
    default:
      return ({ line }) => `${line}\n`;
  }
}

async function printTable(batches: Batches, sink: Sink, look: EntriesLook): Promise<number> {
  const columns = look.format === 'wide' ? [TIME, LABELS, LINE] : [TIME, LINE];
  const table = new Table<LogEntry>(columns, sink, { headers: look.headers });
  let count = 0;
  for await (const batch of batches) {
    for (const entry of batch) await table.add(entry);
    count += batch.length;
    if (look.live) await table.flush();
  }
  await table.flush();
  return count;
}

/** What a remark may say of an entry: its beginning, harmless. */
export function printBrief(text: string): string {
  return printHarmless(text.length > 120 ? `${text.slice(0, 119)}…` : text);
}
