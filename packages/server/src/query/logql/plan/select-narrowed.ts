// Entries that few conditions leave, in the order of time: the nearest first and soon, all others in one pass. Selection in, batches out.
import type { Entry } from '@kubewitness/core/logql';
import type { Selection } from '../../../loki/index.ts';
import { isRefusal, readsLine, type SqlSettings } from '../../../store/index.ts';
import type { StoreFacts } from '../../plan/plan-filter.ts';
import { ONE_PASS_ROWS, SORTED_PAGE_ROWS } from '../../plan/sort-settings.ts';
import { type EntriesWanted, type EntryReader, selectEntries } from '../select-entries.ts';
import type { LineFinds } from './line-finds.ts';
import { type NamedWanted, selectNamed } from './select-named.ts';

/** ClickHouse's code. */
const OUT_OF_MEMORY = '241';
const DAY_NANOS = 86_400_000_000_000n;
/** Rows of the piece that is looked at first, at least; the second is so many times longer. */
const FIRST_ROWS = 8192;
const WIDER = 16n;

/**
 * The engine remembers which granules a condition leaves nothing of, but not where it also skips rows that come too late for the
 * answer. To read lines again costs more than those rows.
 */
const REMEMBERED: SqlSettings = { use_top_k_dynamic_filtering: 0 };

type Batches = AsyncGenerator<readonly Entry[], void, void>;

const dayStart = (day: string): bigint => BigInt(Date.parse(`${day}T00:00:00Z`)) * 1_000_000n;

interface Pieces {
  readonly pieces: readonly Selection[];
  /** All rows of the days that the selection touches. */
  readonly rows: number;
}

/** A short piece where the answer begins, a longer one behind it, the rest. Days without rows are left out. */
export function planPieces(
  selection: Selection,
  direction: EntriesWanted['direction'],
  rowsByDay: StoreFacts['rowsByDay'],
  firstRows: number,
): Pieces {
  const { startNanos, endNanos } = selection;
  const days = [...rowsByDay]
    .map(([day, rows]) => ({ from: dayStart(day), rows }))
    .filter(({ from, rows }) => rows > 0 && from < endNanos && from + DAY_NANOS > startNanos)
    .sort((one, other) => (one.from < other.from ? -1 : 1));
  const oldest = days[0];
  const newest = days[days.length - 1];
  if (oldest === undefined || newest === undefined) return { pieces: [], rows: 0 };
  const rows = days.reduce((sum, day) => sum + day.rows, 0);
  const from = oldest.from > startNanos ? oldest.from : startNanos;
  const until = newest.from + DAY_NANOS < endNanos ? newest.from + DAY_NANOS : endNanos;
  const near = direction === 'forward' ? oldest : newest;
  const span = (DAY_NANOS * BigInt(firstRows)) / BigInt(near.rows) + 1n;
  const cuts: bigint[] = [];
  for (const length of [span, span * WIDER]) {
    const cut = direction === 'forward' ? from + length : until - length;
    if (cut > from && cut < until) cuts.push(cut);
  }
  const edges = direction === 'forward' ? [from, ...cuts, until] : [until, ...cuts, from];
  const pieces = edges.slice(1).map((edge, index) => {
    const other = edges[index] ?? edge;
    return { ...selection, startNanos: edge < other ? edge : other, endNanos: edge < other ? other : edge };
  });
  return { pieces, rows };
}

function spanOf(pieces: readonly Selection[]): Partial<Pick<Selection, 'startNanos' | 'endNanos'>> {
  const [one, other] = [pieces[0], pieces.at(-1)];
  if (one === undefined || other === undefined) return {};
  return one.startNanos < other.startNanos
    ? { startNanos: one.startNanos, endNanos: other.endNanos }
    : { startNanos: other.startNanos, endNanos: one.endNanos };
}

/** What is left of the selection when so many entries of its last moment were had. */
async function* selectBehind(
  reader: EntryReader,
  wanted: EntriesWanted,
  last: { readonly timeNanos: bigint; readonly count: number },
  signal: AbortSignal,
): Batches {
  const { selection, direction, limit } = wanted;
  const behind =
    direction === 'forward'
      ? { ...selection, startNanos: last.timeNanos }
      : { ...selection, endNanos: last.timeNanos + 1n };
  let skip = last.count;
  const more = limit === undefined ? {} : { limit: limit + skip };
  for await (const batch of selectEntries(reader, { ...wanted, selection: behind, ...more }, signal)) {
    if (skip >= batch.length) skip -= batch.length;
    else {
      yield skip === 0 ? batch : batch.slice(skip);
      skip = 0;
    }
  }
}

export interface NarrowedWanted extends EntriesWanted {
  /** Those of the conditions that read lines and say the same of a row at all times. */
  readonly lines: readonly string[];
}

/** Rows in the place of the conditions that read lines; undefined when they are many. */
async function nameRows(
  finds: LineFinds,
  { selection, conditions = [], lines, tell }: NarrowedWanted,
  signal: AbortSignal,
): Promise<Pick<NamedWanted, 'rows' | 'conditions'> | undefined> {
  const found = await finds.find(lines, selection, signal);
  if (found === undefined) return undefined;
  for (const { sql } of found.statements) tell?.(sql);
  return { rows: found.rows, conditions: conditions.filter((sql) => !lines.includes(sql)) };
}

export async function* selectNarrowed(
  reader: EntryReader,
  finds: LineFinds,
  wanted: NarrowedWanted,
  signal: AbortSignal,
): Batches {
  const { selection, direction, limit, conditions = [], lines } = wanted;
  const { rowsByDay } = await reader.facts();
  const firstRows = Math.min(Math.max(FIRST_ROWS, 2 * (limit ?? 0)), 2 * FIRST_ROWS);
  // What was asked before is known nearly whole, and the rest of it soon.
  const planned = planPieces(selection, direction, rowsByDay, firstRows);
  const whole = { ...selection, ...spanOf(planned.pieces) };
  const isKnown = lines.length > 0 && planned.pieces.length > 1 && finds.isKnown(lines, whole);
  const { pieces, rows } = isKnown ? { pieces: [whole], rows: 0 } : planned;
  let left = limit ?? Number.POSITIVE_INFINITY;
  let found = 0;
  let last = { timeNanos: 0n, count: 0 };
  for (const [index, piece] of pieces.entries()) {
    const { startNanos, endNanos } = selection;
    const rest = direction === 'forward' ? { ...piece, endNanos } : { ...piece, startNanos };
    const inOrder = { ...wanted, selection: rest, ...(limit === undefined ? {} : { limit: left }) };
    // What many rows pass is soon found in order, and to sort it all would take the memory of all of it.
    const areMany = index > 0 && (found / firstRows) * rows > SORTED_PAGE_ROWS;
    if (areMany || (index === pieces.length - 1 && rows > ONE_PASS_ROWS)) {
      yield* selectEntries(reader, inOrder, signal);
      return;
    }
    const settings = conditions.some(readsLine) ? { settings: REMEMBERED } : {};
    // The pieces before it hold few: all of it has to be read, and is for the next question, too.
    const isLast = index === pieces.length - 1 && lines.length > 0;
    const named = isLast ? await nameRows(finds, { ...wanted, selection: piece }, signal) : undefined;
    const most = Math.min(left, SORTED_PAGE_ROWS);
    const page = { ...wanted, selection: piece, limit: most, few: true };
    const batches =
      named === undefined
        ? selectEntries(reader, { ...page, ...settings }, signal)
        : // They were there before what is known now.
          selectNamed(reader, finds.lines, { ...page, ...named, labels: reader.labels?.() }, signal);
    let had = 0;
    try {
      for await (const batch of batches) {
        for (const { timeNanos } of batch)
          last = { timeNanos, count: timeNanos === last.timeNanos ? last.count + 1 : 1 };
        had += batch.length;
        left -= batch.length;
        yield batch;
      }
    } catch (error) {
      // There were more than the beginning showed. Nothing is handed out before all is sorted.
      if (had > 0 || !isRefusal(error) || error.code !== OUT_OF_MEMORY) throw error;
      yield* selectEntries(reader, inOrder, signal);
      return;
    }
    if (left <= 0) return;
    found += had;
    if (had < SORTED_PAGE_ROWS) continue;
    const behind = { ...wanted, selection: rest, ...(limit === undefined ? {} : { limit: left }) };
    yield* selectBehind(reader, behind, last, signal);
    return;
  }
}
