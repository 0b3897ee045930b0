// Runs a listing: RecordsRequest -> a stream of NDJSON bytes, page after page, stopped when the signal aborts.
import { type Cursor, parseCursor, printCursor, type RecordsRequest } from '@kubewitness/core/wire';
import type { Database, SqlSettings } from '../../store/index.ts';
import type { StoreFacts } from '../plan/plan-filter.ts';
import { planRecords, type RecordsPlan } from '../plan/plan-records.ts';
import type { RecordStream } from '../query.ts';
import { countJsonLines, cutLines } from './count-lines.ts';

function newCounter(plan: RecordsPlan) {
  return plan.format === 'lines' ? cutLines() : countJsonLines(parseCursor);
}

class RecordsRun implements RecordStream {
  readonly chunks: AsyncIterable<Uint8Array>;
  #rows = 0;
  #next: Cursor | undefined;

  constructor(database: Database, plan: RecordsPlan, first: AsyncIterable<Buffer>, options: RunOptions) {
    this.chunks = this.#read(database, plan, first, options);
  }

  rows(): number {
    return this.#rows;
  }

  nextCursor(): string | undefined {
    return this.#next === undefined ? undefined : printCursor(this.#next);
  }

  async *#read(database: Database, plan: RecordsPlan, first: AsyncIterable<Buffer>, options: RunOptions) {
    let chunks = first;
    let page = plan.page(options.cursor, 0);
    let last = options.cursor;
    for (;;) {
      const counter = newCounter(plan);
      for await (const chunk of chunks) {
        const out = counter.push(chunk);
        if (out.length > 0) yield out;
      }
      counter.end();
      this.#rows += counter.rows();
      last = counter.last() ?? last;
      if (!page.more || counter.rows() < page.limit) break;
      page = plan.page(last, this.#rows);
      chunks = await database.bytes(page.sql, { ...page.settings, ...options.limits }, options.signal);
    }
    if (plan.limit > 0 && this.#rows >= plan.limit) this.#next = last;
  }
}

export interface RunOptions {
  readonly cursor: Cursor | undefined;
  readonly limits: SqlSettings;
  readonly signal: AbortSignal;
}

export async function runRecords(
  database: Database,
  request: RecordsRequest,
  facts: StoreFacts,
  options: RunOptions,
): Promise<RecordStream> {
  const plan = planRecords(request, facts);
  const page = plan.page(request.cursor, 0);
  const first = await database.bytes(page.sql, { ...page.settings, ...options.limits }, options.signal);
  return new RecordsRun(database, plan, first, options);
}
