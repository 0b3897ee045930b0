// Entries of a selection out of the database, in the order of time: one statement for each slice of time, batches out.
import type { Entry } from '@kubewitness/core/logql';
import type { Selection } from '../../loki/index.ts';
import type { Database, SqlSettings } from '../../store/index.ts';
import type { StoreFacts } from '../plan/plan-filter.ts';
import { cutTime } from '../plan/plan-slices.ts';
import { SORT_SETTINGS } from '../plan/sort-settings.ts';
import { QueryProblem } from '../query-problem.ts';
import { printKnownSelection, type StoredLabels } from './plan/stored-labels.ts';
import { printEntryColumns, readEntryBatches } from './read-entries.ts';

export interface EntryReader {
  readonly database: Database;
  readonly facts: () => Promise<StoreFacts>;
  readonly limits: SqlSettings;
  /** Of waiting for the engine, over all statements of one answer; a slow client costs nobody anything. */
  readonly maxSeconds: number;
  /** Whether it is known that no row is in the selection. */
  readonly isEmpty?: ((selection: Selection) => boolean) | undefined;
  /** Values of labels, if they are known of every row at this moment. */
  readonly labels?: (() => StoredLabels | undefined) | undefined;
}

export type Direction = 'forward' | 'backward';

export interface EntriesWanted {
  readonly selection: Selection;
  readonly direction: Direction;
  /** Further conditions, as SQL. */
  readonly conditions?: readonly string[];
  /** Of all rows that the conditions can be true of: what is true of all of them is not asked. */
  readonly labels?: StoredLabels | undefined;
  /** SQL of what is read as the line. */
  readonly line?: string;
  /** Rows; all of them when left out. */
  readonly limit?: number;
  /** The conditions leave few rows of all times: one statement sorts them. */
  readonly few?: boolean;
  /** Of its statements, beside those of every question. */
  readonly settings?: SqlSettings;
  /** Hears each statement before it runs. */
  readonly tell?: ((sql: string) => void) | undefined;
}

/** Equal times in the order of arrival: batches are numbered in it, and positions inside a batch are. */
export function printEntryOrder(direction: Direction): string {
  const word = direction === 'forward' ? 'ASC' : 'DESC';
  return `ORDER BY time ${word}, batch ${word}, position ${word}`;
}

/** Short times have few parts, which the engine opens all at once to read in order. */
function cutSelection(selection: Selection, facts: StoreFacts): readonly Selection[] {
  const slices = cutTime(selection.startNanos, selection.endNanos, facts.rowsByDay);
  return slices.map(({ from, until }) => ({ ...selection, startNanos: from, endNanos: until }));
}

function tooSlow(): QueryProblem {
  return new QueryProblem(
    'KW_QUERY_TOO_SLOW',
    422,
    'The question took longer than query-max-seconds allows. Narrow it with a stream selector or a shorter time range, or raise the limit.',
  );
}

/** Hands on what the engine sends, and ends when it let itself be waited for too long. */
function createPatience(maxSeconds: number) {
  let leftMs = maxSeconds * 1000;
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
    const iterator = chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const sinceMs = performance.now();
        const step = await iterator.next();
        leftMs -= performance.now() - sinceMs;
        if (step.done === true) return;
        if (leftMs < 0) throw tooSlow();
        yield step.value;
      }
    } finally {
      await iterator.return?.();
    }
  };
}

export async function* selectEntries(
  reader: EntryReader,
  {
    selection,
    direction,
    conditions = [],
    labels,
    limit,
    few = false,
    line = 'line',
    settings: own,
    tell,
  }: EntriesWanted,
  signal: AbortSignal,
): AsyncGenerator<readonly Entry[], void, void> {
  if (reader.isEmpty?.(selection) === true) return;
  const slices = few ? [selection] : cutSelection(selection, await reader.facts());
  const wait = createPatience(reader.maxSeconds);
  // A statement ends with its answer's reader; its time is counted here, without the time of whoever takes the entries.
  const order = few ? { ...SORT_SETTINGS, optimize_read_in_order: 0 } : { optimize_read_in_order: 1 };
  const settings = { ...reader.limits, max_execution_time: 0, ...order, ...own };
  const columns = printEntryColumns(line);
  let left = limit ?? Number.POSITIVE_INFINITY;
  for (const slice of direction === 'forward' ? slices : [...slices].reverse()) {
    const where = [printKnownSelection(slice, labels), ...conditions].join(' AND ');
    const most = Number.isFinite(left) ? ` LIMIT ${left}` : '';
    const sql = `SELECT ${columns} FROM records WHERE ${where} ${printEntryOrder(direction)}${most} FORMAT RowBinary`;
    tell?.(sql);
    // The statement ends with the reader of its answer, also when that needs no more.
    const ending = new AbortController();
    try {
      const chunks = await reader.database.bytes(sql, settings, AbortSignal.any([signal, ending.signal]));
      for await (const batch of readEntryBatches(wait(chunks))) {
        yield batch;
        left -= batch.length;
      }
    } finally {
      ending.abort();
    }
    if (left <= 0) return;
  }
}
