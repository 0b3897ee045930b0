// RecordPrinter: the bytes of a records answer -> standard output in the chosen format. Returns how many records it printed.
import { printCsvLine } from './csv.ts';
import { printsLines, type RecordFormat } from './formats.ts';
import { printHarmless, printHarmlessLines } from './harmless.ts';
import { printObjectName } from './object-name.ts';
import { fieldColumns, tableColumns, WIDE_COLUMNS } from './record-columns.ts';
import { parseRow, printValue, type Row } from './row.ts';
import type { Sink } from './sink.ts';
import { splitLines } from './split-lines.ts';
import { Table } from './table.ts';
import { openYamlPrinter } from './yaml-documents.ts';

export interface RecordLook {
  readonly format: RecordFormat;
  readonly headers: boolean;
  readonly allStages: boolean;
  /** Audit fields instead of the row; empty = the row. */
  readonly fields: readonly string[];
  /** Print each row as soon as it has come, as tail does. */
  readonly live: boolean;
}

type Lines = AsyncIterable<readonly Uint8Array[]>;

/** The view to ask for: exact lines, all columns, or the few that a table shows, which cost the server a fraction. */
export function viewOf(look: Pick<RecordLook, 'format' | 'fields'>): 'row' | 'table' | 'line' {
  if (look.fields.length > 0) return 'row';
  if (printsLines(look.format)) return 'line';
  return look.format === 'table' || look.format === 'name' ? 'table' : 'row';
}

export async function printRecords(chunks: AsyncIterable<Uint8Array>, sink: Sink, look: RecordLook): Promise<number> {
  switch (look.format) {
    case 'ndjson':
      return sink.columns === undefined && !look.live ? copyBytes(chunks, sink) : printLines(splitLines(chunks), sink);
    case 'json':
      return printArray(splitLines(chunks), sink);
    case 'yaml':
      return printYaml(splitLines(chunks), sink);
    case 'csv':
      return printCsv(splitLines(chunks), sink, look);
    case 'name':
      return printNames(splitLines(chunks), sink);
    case 'table':
    case 'wide':
      return printTable(splitLines(chunks), sink, look);
  }
}

/** The bytes as they come: nothing is decoded, so nothing can change. */
async function copyBytes(chunks: AsyncIterable<Uint8Array>, sink: Sink): Promise<number> {
  let records = 0;
  for await (const chunk of chunks) {
    await sink.write(chunk);
    // Only "none at all" matters to the caller; counting newlines would cost more than the copy.
    records += chunk.length > 0 ? 1 : 0;
  }
  return records;
}

/** A terminal is no place for raw control bytes; everything else gets the exact line. */
function lineFor(sink: Sink, line: Uint8Array): Uint8Array | string {
  return sink.columns === undefined ? line : printHarmless(Buffer.from(line).toString('utf8'));
}

async function printLines(lines: Lines, sink: Sink): Promise<number> {
  let records = 0;
  for await (const batch of lines) {
    for (const line of batch) {
      await sink.write(lineFor(sink, line));
      await sink.write('\n');
    }
    records += batch.length;
  }
  return records;
}

async function printArray(lines: Lines, sink: Sink): Promise<number> {
  let records = 0;
  for await (const batch of lines) {
    const parts: Uint8Array[] = [];
    for (const line of batch) {
      parts.push(Buffer.from(records === 0 ? '[\n' : ',\n'), Buffer.from(lineFor(sink, line)));
      records += 1;
    }
    await sink.write(Buffer.concat(parts));
  }
  await sink.write(records === 0 ? '[]\n' : '\n]\n');
  return records;
}

async function printYaml(lines: Lines, sink: Sink): Promise<number> {
  let records = 0;
  const print = await openYamlPrinter();
  for await (const batch of lines) {
    for (const line of batch) {
      const text = print(line);
      await sink.write(sink.columns === undefined ? text : printHarmlessLines(text));
    }
    records += batch.length;
  }
  return records;
}

async function printCsv(lines: Lines, sink: Sink, look: RecordLook): Promise<number> {
  let records = 0;
  let keys: readonly string[] = look.fields;
  for await (const batch of lines) {
    let text = '';
    for (const row of batch.map((line) => parseRow(line))) {
      if (records === 0) {
        // The cursor is for programs that page through the API.
        if (keys.length === 0) keys = Object.keys(row).filter((key) => key !== 'cursor');
        if (look.headers) text += printCsvLine(keys);
      }
      text += printCsvLine(keys.map((key) => printCsvValue(row[key])));
      records += 1;
    }
    await sink.write(sink.columns === undefined ? text : printHarmlessLines(text));
  }
  return records;
}

/** Lists as JSON: their items may hold any separator. */
function printCsvValue(value: unknown): string {
  return Array.isArray(value) ? JSON.stringify(value) : printValue(value);
}

async function printNames(lines: Lines, sink: Sink): Promise<number> {
  let records = 0;
  for await (const batch of lines) {
    const names = batch.map((line) => printHarmless(printObjectName(parseRow(line)))).filter((name) => name !== '');
    if (names.length > 0) await sink.write(`${names.join('\n')}\n`);
    records += batch.length;
  }
  return records;
}

/** A page waits at most this long for more rows to measure. */
const PATIENCE_MS = 200;

async function printTable(lines: Lines, sink: Sink, look: RecordLook): Promise<number> {
  const columns =
    look.fields.length > 0
      ? fieldColumns(look.fields)
      : look.format === 'wide'
        ? WIDE_COLUMNS
        : tableColumns(look.allStages);
  const table = new Table<Row>(columns, sink, { headers: look.headers });
  let records = 0;
  let flushed = performance.now();
  for await (const batch of lines) {
    for (const line of batch) await table.add(parseRow(line));
    records += batch.length;
    if (look.live || performance.now() - flushed > PATIENCE_MS) {
      await table.flush();
      flushed = performance.now();
    }
  }
  await table.flush();
  return records;
}
