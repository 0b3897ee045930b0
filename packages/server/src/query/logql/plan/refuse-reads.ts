// Refuses a read before it begins: what a metric query is about to read in, Loki's sentence with the limit's name out.
import type { SourceProblem } from '../../../loki/index.ts';
import { printSelection } from '../label-sql.ts';
import type { EntryReader } from '../select-entries.ts';
import { planPieces } from './select-narrowed.ts';

export interface ReadPlanned {
  readonly selection: Parameters<typeof printSelection>[0];
  /** Every entry of the selection becomes a sample, which the server keeps. */
  readonly keepsAll: boolean;
}

export interface ReadBounds {
  readonly maxReadBytes: number;
  readonly maxSamples: number;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function printBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${UNITS[power] ?? 'B'}`;
}

export async function findTooMuch(
  reader: EntryReader,
  { selection, keepsAll }: ReadPlanned,
  { maxReadBytes, maxSamples }: ReadBounds,
  signal: AbortSignal,
): Promise<SourceProblem | undefined> {
  // What the days of the selection hold is known, and mostly little enough; only else the selection itself is measured.
  const { rowsByDay, bytesByDay } = await reader.facts();
  const most = (amounts: ReadonlyMap<string, number>) => planPieces(selection, 'backward', amounts, 1).rows;
  const fewBytes = maxReadBytes === Number.POSITIVE_INFINITY || (bytesByDay && most(bytesByDay) <= maxReadBytes);
  const fewRows = !keepsAll || most(rowsByDay) <= maxSamples;
  if (fewBytes && fewRows) return undefined;
  const [found] = await reader.database.rows<{ rows: number; bytes: number }>(
    `SELECT count() AS rows, sum(line_bytes) AS bytes FROM records WHERE ${printSelection(selection)}`,
    reader.limits,
    signal,
  );
  if (found === undefined) return undefined;
  if (found.bytes > maxReadBytes) {
    const size = `query: ${printBytes(found.bytes)}, limits-max-read-bytes: ${printBytes(maxReadBytes)}`;
    return {
      status: 400,
      message: `the query would read too many bytes (${size}); consider adding more specific stream selectors or reduce the time range of the query`,
    };
  }
  if (keepsAll && found.rows > maxSamples) {
    return {
      status: 400,
      message: `the query would keep ${found.rows} samples, the limit is ${maxSamples}; group by labels with sum by (…), add a line filter or reduce the time range of the query`,
    };
  }
  return undefined;
}
