// Entries of rows that are named, in the order of time: their lines are read once, what else they have each time. Rows and kept lines in, batches out.
import type { Entry } from '@kubewitness/core/logql';
import { type EntriesWanted, type EntryReader, selectEntries } from '../select-entries.ts';
import { FOUND_BYTES, FOUND_SQL, listFound, printFound } from './found-rows.ts';
import type { KeptLines } from './kept-lines.ts';

/** Hexadecimal digits. */
const ROW_CHARS = 2 * FOUND_BYTES;
const WITH_LINE = `concat(${FOUND_SQL}, line)`;
const BATCH_ENTRIES = 500;

export interface NamedWanted extends EntriesWanted {
  /** The rows, packed; the conditions are about the others of their labels. */
  readonly rows: Buffer;
  readonly conditions: readonly string[];
}

type Batches = AsyncGenerator<readonly Entry[], void, void>;

/** Whether a row is still there, and in the selection, is asked each time. */
export async function* selectNamed(
  reader: EntryReader,
  kept: KeptLines,
  { rows, conditions, ...wanted }: NamedWanted,
  signal: AbortSignal,
): Batches {
  const all = listFound(rows);
  const missing = all.filter((row) => !kept.has(row)).length;
  const named = { ...wanted, conditions: [...conditions, printFound(rows)] };
  if (missing * 2 > all.length) {
    for await (const batch of selectEntries(reader, { ...named, line: WITH_LINE }, signal)) {
      yield batch.map((entry) => keep(kept, entry));
    }
    return;
  }
  const heads: Entry[] = [];
  for await (const batch of selectEntries(reader, { ...named, line: FOUND_SQL }, signal)) heads.push(...batch);
  yield* joinLines(reader, kept, heads, wanted, signal);
}

function keep(kept: KeptLines, entry: Entry): Entry {
  const line = entry.line.slice(ROW_CHARS);
  kept.add(entry.line.slice(0, ROW_CHARS), line);
  return { ...entry, line };
}

/** `heads` have the row in the place of the line. Lines that are not kept are read in the same order. */
async function* joinLines(
  reader: EntryReader,
  kept: KeptLines,
  heads: readonly Entry[],
  wanted: EntriesWanted,
  signal: AbortSignal,
): Batches {
  const known = heads.map(({ line: row }) => kept.get(row));
  const missing = heads.filter((_, index) => known[index] === undefined).map(({ line: row }) => row);
  const fresh = readLines(reader, missing, wanted, signal);
  try {
    let batch: Entry[] = [];
    let next = await fresh.next();
    for (const [index, head] of heads.entries()) {
      let line = known[index];
      if (line === undefined) {
        // It has gone meanwhile.
        if (next.done === true || !next.value.startsWith(head.line)) continue;
        line = next.value.slice(ROW_CHARS);
        kept.add(head.line, line);
        next = await fresh.next();
      }
      batch.push({ ...head, line });
      if (batch.length < BATCH_ENTRIES) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    await fresh.return();
  }
}

async function* readLines(
  reader: EntryReader,
  rows: readonly string[],
  { limit: _, ...wanted }: EntriesWanted,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  if (rows.length === 0) return;
  const conditions = [printFound(Buffer.from(rows.join(''), 'hex'))];
  for await (const batch of selectEntries(reader, { ...wanted, conditions, line: WITH_LINE }, signal)) {
    for (const { line } of batch) yield line;
  }
}
