// Runs a listing: RecordsRequest -> a stream of NDJSON bytes, page after page, stopped when the signal aborts.
import { type Cursor, parseCursor, printCursor, type RecordsRequest } from '@kubewitness/core/wire';
import type { Database, SqlSettings } from '../../store/index.ts';
import type { StoreFacts } from '../plan/plan-filter.ts';
import { planRecords, type RecordsPlan } from '../plan/plan-records.ts';
import { planSlices } from '../plan/plan-slices.ts';
import type { RecordStream } from '../query.ts';
import { countJsonLines, cutLines } from './count-lines.ts';

function newCounter(plan: RecordsPlan) {
  return plan.format === 'lines' ? cutLines() : countJsonLines(parseCursor);
}

class RecordsRun implements RecordStream {
  readonly chunks: AsyncIterable<Uint8Array>;
  #rows = 0;
  #next: Cursor | undefined;

  constructor(database: Database, plans: readonly RecordsPlan[], first: AsyncIterable<Buffer>, options: RunOptions) {
    this.chunks = this.#readAll(database, plans, first, options);
  }

  rows(): number {
    return this.#rows;
  }

  nextCursor(): string | undefined {
    return this.#next === undefined ? undefined : printCursor(this.#next);
  }

  async *#readAll(
    database: Database,
    plans: readonly RecordsPlan[],
    first: AsyncIterable<Buffer>,
    options: RunOptions,
  ): AsyncGenerator<Buffer> {
    for (const [index, plan] of plans.entries())
      yield* this.#read(database, plan, index === 0 ? first : await openFirst(database, plan, options), options);
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
  const plans = planSlices(request, facts).map((slice) => planRecords(slice, facts));
  const [plan] = plans;
  if (plan === undefined) throw new Error('a listing has no slice');
  return new RecordsRun(database, plans, await openFirst(database, plan, options), options);
}

function openFirst(database: Database, plan: RecordsPlan, options: RunOptions): Promise<AsyncIterable<Buffer>> {
  const page = plan.page(options.cursor, 0);
  return database.bytes(page.sql, { ...page.settings, ...options.limits }, options.signal);
}
