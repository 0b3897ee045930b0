// A short list of rows (top, sources, quarantine, tokens) -> any of the record formats.
import { printCsvLine } from './csv.ts';
import type { RecordFormat } from './formats.ts';
import { printHarmless, printHarmlessLines } from './harmless.ts';
import { printValue, type Row } from './row.ts';
import type { Sink } from './sink.ts';
import { type Column, Table } from './table.ts';
import { YAML_LOOK } from './yaml-documents.ts';

export interface ListLook {
  readonly format: RecordFormat;
  readonly headers: boolean;
  readonly columns: readonly Column<Row>[];
  /** Columns added by `-o wide`. */
  readonly wide: readonly Column<Row>[];
  /** The member that `-o name` prints. */
  readonly name: string;
  /** What `-o json` and `-o yaml` print: the answer as the server gave it. */
  readonly answer: unknown;
}

export async function printList(rows: readonly Row[], sink: Sink, look: ListLook): Promise<void> {
  switch (look.format) {
    case 'json':
    case 'yaml':
      return printReport(look.answer, sink, look.format);
    case 'ndjson':
      return printSafely(sink, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    case 'csv': {
      const keys = Object.keys(rows[0] ?? {});
      const lines = rows.map((row) => printCsvLine(keys.map((key) => printValue(row[key]))));
      return printSafely(sink, (look.headers && keys.length > 0 ? printCsvLine(keys) : '') + lines.join(''));
    }
    case 'name':
      return sink.write(rows.map((row) => `${printHarmless(printValue(row[look.name]))}\n`).join(''));
    case 'table':
    case 'wide': {
      const columns = look.format === 'wide' ? [...look.columns, ...look.wide] : look.columns;
      const table = new Table<Row>(columns, sink, { headers: look.headers });
      for (const row of rows) await table.add(row);
      return table.flush();
    }
  }
}

/** One object as JSON or YAML, indented for people. */
export async function printReport(value: unknown, sink: Sink, format: 'json' | 'yaml'): Promise<void> {
  if (format === 'json') return printSafely(sink, `${JSON.stringify(value, null, 2)}\n`);
  const { stringify } = await import('yaml');
  return printSafely(sink, stringify(value, YAML_LOOK));
}

function printSafely(sink: Sink, text: string): Promise<void> {
  return sink.write(sink.columns === undefined ? text : printHarmlessLines(text));
}

/** `Name:   value` lines, as kubectl describe; values may hold several lines. */
export function printDescription(pairs: readonly (readonly [string, string])[], indent = ''): string {
  const width = Math.max(0, ...pairs.map(([name]) => name.length)) + 3;
  const lines = pairs.map(([name, value]) => {
    const [first = '', ...more] = value.split('\n').map((line) => printHarmless(line));
    const rest = more.map((line) => `\n${indent}${' '.repeat(width)}${line}`).join('');
    return `${indent}${`${name}:`.padEnd(width)}${first}${rest}\n`;
  });
  return lines.join('');
}
