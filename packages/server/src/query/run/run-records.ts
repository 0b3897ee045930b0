// Runs a listing: RecordsRequest -> a stream of NDJSON bytes, slice after slice and page after page, stopped when the signal aborts.
import { type Cursor, parseCursor, printCursor, type RecordsRequest } from '@kubewitness/core/wire';
import type { Database, SqlSettings } from '../../store/index.ts';
import type { StoreFacts } from '../plan/plan-filter.ts';
import { planRecords, type RecordsPage, type RecordsPlan } from '../plan/plan-records.ts';
import { planRest, planSlices } from '../plan/plan-slices.ts';
import type { RecordStream } from '../query.ts';
import { countJsonLines, cutLines } from './count-lines.ts';

export interface RunOptions {
  readonly cursor: Cursor | undefined;
  readonly limits: SqlSettings;
  readonly signal: AbortSignal;
}

/** One statement being answered. */
interface OpenPage {
  readonly plan: RecordsPlan;
  readonly page: RecordsPage;
  readonly chunks: AsyncIterable<Buffer>;
}

interface Listing {
  readonly open: (plan: RecordsPlan, cursor: Cursor | undefined, rowsSoFar: number) => Promise<OpenPage>;
  readonly plans: readonly RecordsPlan[];
  /** The plans of what comes after the cursor. */
  readonly rest: (cursor: Cursor) => readonly RecordsPlan[];
}

function newCounter(plan: RecordsPlan) {
  return plan.format === 'lines' ? cutLines() : countJsonLines(parseCursor);
}

class RecordsRun implements RecordStream {
  readonly chunks: AsyncIterable<Uint8Array>;
  #rows = 0;
  #next: Cursor | undefined;

  constructor(listing: Listing, first: OpenPage, cursor: Cursor | undefined) {
    this.chunks = this.#readAll(listing, first, cursor);
  }

  rows(): number {
    return this.#rows;
  }

  nextCursor(): string | undefined {
    return this.#next === undefined ? undefined : printCursor(this.#next);
  }

  /** The first statement runs already, so that its refusal comes before any answer. */
  async *#readAll(listing: Listing, first: OpenPage, cursor: Cursor | undefined) {
    let opened: OpenPage | undefined = first;
    for (const plan of listing.plans) {
      yield* this.#readPages(listing, opened ?? (await listing.open(plan, undefined, 0)), cursor);
      opened = undefined;
    }
  }

  async *#readPages(listing: Listing, first: OpenPage, cursor: Cursor | undefined) {
    const { plan } = first;
    let opened = first;
    let last = cursor;
    for (;;) {
      const read = yield* this.#readPage(opened);
      last = read.last ?? last;
      if (!opened.page.more || read.rows < opened.page.limit) break;
      if (plan.limit === 0 && last !== undefined) return yield* this.#readRest(listing, last);
      opened = await listing.open(plan, last, this.#rows);
    }
    if (plan.limit > 0 && this.#rows >= plan.limit) this.#next = last;
  }

  async *#readRest(listing: Listing, cursor: Cursor) {
    for (const [index, plan] of listing.rest(cursor).entries())
      yield* this.#readPage(await listing.open(plan, index === 0 ? cursor : undefined, this.#rows));
  }

  async *#readPage({ plan, chunks }: OpenPage) {
    const counter = newCounter(plan);
    for await (const chunk of chunks) {
      const out = counter.push(chunk);
      if (out.length > 0) yield out;
    }
    counter.end();
    this.#rows += counter.rows();
    return { rows: counter.rows(), last: counter.last() };
  }
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
  const open = async (of: RecordsPlan, cursor: Cursor | undefined, rowsSoFar: number): Promise<OpenPage> => {
    const page = of.page(cursor, rowsSoFar);
    const chunks = await database.bytes(page.sql, { ...page.settings, ...options.limits }, options.signal);
    return { plan: of, page, chunks };
  };
  const rest = (cursor: Cursor) => planRest(request, facts, cursor).map((slice) => planRecords(slice, facts));
  return new RecordsRun({ open, plans, rest }, await open(plan, request.cursor, 0), options.cursor);
}
