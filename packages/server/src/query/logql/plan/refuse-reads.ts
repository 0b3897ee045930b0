// Refuses a read before it begins: what a question is about to read in, how it may be read or Loki's sentence with the limit's name out.
import { type Answered, answeredWith, refusedWith, type Selection } from '../../../loki/index.ts';
import { printSelection } from '../label-sql.ts';
import type { EntryReader } from '../select-entries.ts';
import type { LineFinds } from './line-finds.ts';
import { planPieces } from './select-narrowed.ts';

type Conditions = () => Promise<readonly string[]>;

export interface ReadPlanned {
  readonly selection: Selection;
  /** Conditions over lines, which what was found before may answer. */
  readonly lines: readonly string[];
  /** Of the others those that keep lines from being read. */
  readonly narrowing: Conditions;
  /** What the rows have that certainly become samples which the server keeps; left out where nobody knows. */
  readonly kept?: Conditions | undefined;
}

export interface ReadBounds {
  readonly reader: EntryReader;
  readonly finds: LineFinds;
  readonly maxReadBytes: number;
  readonly maxSamples: number;
}

/** Rows may be looked for in all labels, to be remembered; else the lines of the selection alone may be read. */
export interface ReadAllowed {
  readonly mayFind: boolean;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function printBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${UNITS[power] ?? 'B'}`;
}

interface Measured {
  readonly rows: number;
  readonly bytes: number;
}

async function measure({ database, limits }: EntryReader, where: string, signal: AbortSignal): Promise<Measured> {
  const [found] = await database.rows<Measured>(
    `SELECT count() AS rows, sum(line_bytes) AS bytes FROM records WHERE ${where}`,
    limits,
    signal,
  );
  return found ?? { rows: 0, bytes: 0 };
}

/** All rows, or bytes, of the days that the selection touches. */
const most = (selection: Selection, byDay: ReadonlyMap<string, number>): number =>
  planPieces(selection, 'backward', byDay, 1).rows;

async function judgeBytes(
  { selection, lines, narrowing }: ReadPlanned,
  { reader, finds, maxReadBytes }: ReadBounds,
  signal: AbortSignal,
): Promise<Answered<ReadAllowed>> {
  // What the days of the selection hold is known, and mostly little enough; only else it is measured.
  if (maxReadBytes === Number.POSITIVE_INFINITY) return answeredWith({ mayFind: true });
  const { bytesByDay } = await reader.facts();
  if (bytesByDay !== undefined && most(selection, bytesByDay) <= maxReadBytes) return answeredWith({ mayFind: true });
  const unknown = lines.length === 0 ? undefined : await finds.listUnknown(lines, selection, signal);
  if (unknown !== undefined) {
    if (unknown.length === 0) return answeredWith({ mayFind: true });
    const fresh = await measure(reader, `(${unknown.join(') OR (')})`, signal);
    if (fresh.bytes <= maxReadBytes) return answeredWith({ mayFind: true });
  }
  const { bytes } = await measure(reader, [printSelection(selection), ...(await narrowing())].join(' AND '), signal);
  if (bytes <= maxReadBytes) return answeredWith({ mayFind: false });
  const size = `query: ${printBytes(bytes)}, limits-max-read-bytes: ${printBytes(maxReadBytes)}`;
  return refusedWith(
    400,
    `the query would read too many bytes (${size}); consider adding more specific stream selectors or reduce the time range of the query`,
  );
}

export async function judgeRead(
  planned: ReadPlanned,
  bounds: ReadBounds,
  signal: AbortSignal,
): Promise<Answered<ReadAllowed>> {
  const { selection, kept } = planned;
  const { reader, maxSamples } = bounds;
  if (reader.isEmpty?.(selection) === true) return answeredWith({ mayFind: true });
  const judged = await judgeBytes(planned, bounds, signal);
  if (!judged.ok || kept === undefined) return judged;
  const { rowsByDay } = await reader.facts();
  if (most(selection, rowsByDay) <= maxSamples) return judged;
  const { rows } = await measure(reader, [printSelection(selection), ...(await kept())].join(' AND '), signal);
  if (rows <= maxSamples) return judged;
  return refusedWith(
    400,
    `the query would keep too many samples (query: ${rows}, limits-max-samples: ${maxSamples}); consider adding more specific stream selectors or filters, or reduce the time range of the query`,
  );
}
