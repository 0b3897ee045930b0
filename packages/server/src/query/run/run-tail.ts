// Runs a live tail: each batch that lands -> its matching records, oldest first, until the signal aborts.
import type { Filter, View } from '@kubewitness/core/wire';
import type { Database, SqlSettings } from '../../store/index.ts';
import { planConditions, printWhere, type StoreFacts } from '../plan/plan-filter.ts';
import { printRowColumns } from '../plan/row-columns.ts';
import { followLandings } from './follow-landings.ts';
import { readNewestBatch } from './newest-batch.ts';

/** Tells how far the store has come; the number of the newest batch in it. */
export interface Landings {
  newest(): number;
  /** Resolves when a batch beyond `number` has landed, after `millis`, or when the signal aborts. */
  wait(number: number, millis: number, signal: AbortSignal): Promise<void>;
}

const EMPTY = new Uint8Array(0);

export interface TailOptions {
  readonly database: Database;
  readonly landings: Landings;
  readonly facts: () => Promise<StoreFacts>;
  readonly limits: SqlSettings;
}

export async function* runTail(
  request: { filter: Filter; view: View },
  { database, landings, facts, limits }: TailOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const { filter, view } = request;
  const format = view === 'line' ? 'TSVRaw' : 'JSONEachRow';
  const settings = { ...limits, prefer_column_name_to_alias: 1, date_time_output_format: 'iso' };
  const beginning = await readNewestBatch(landings, database, limits, signal);
  for await (const { seen, newest } of followLandings(landings, beginning, signal)) {
    if (newest > seen) {
      const known = await facts();
      const columns = view === 'line' ? 'line' : printRowColumns(view, filter, known);
      const conditions = [`batch > ${seen} AND batch <= ${newest}`, ...planConditions(filter, 'list', known)];
      const sql = `SELECT ${columns} FROM records ${printWhere(conditions)} ORDER BY time, record_id FORMAT ${format}`;
      try {
        for await (const chunk of await database.bytes(sql, settings, signal)) yield chunk;
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
    } else yield EMPTY;
  }
}
