// What is known of all rows: how far they were looked at, which are odd, when pushed ones begin and end. Batches that land -> facts for a plan.
import { type Database, quoteInteger, type SqlSettings } from '../../../store/index.ts';
import { readNewestBatch } from '../../run/newest-batch.ts';
import type { Landings } from '../../run/run-tail.ts';
import { MAX_UNCHECKED_ROWS, type RowFacts, type TimeSpan } from './row-facts.ts';
import { IS_SOUND } from './sound-lines.ts';
import { readStoredLabels, type StoredLabels } from './stored-labels.ts';

export interface RowChecksOptions {
  readonly database: Database;
  readonly landings: Landings;
  readonly limits: SqlSettings;
  /** Whether rows of batches beyond this one may be in the store, or come at this moment. Left out where others write, too: the store is asked. */
  readonly mayLand?: ((batch: number) => boolean) | undefined;
  /**
   * The oldest batch that may come from now on: where the last run was cut short, some of its rows are in the store already. Left out: no
   * batch that is in the store grows.
   */
  readonly firstComing?: number | undefined;
}

/** A store that is busy taking in is left alone until this long after the last batch, but not for ever. */
const QUIET_MILLIS = 3000;
const MAX_BUSY_WAITS = 100;
/** Of one statement, which the engine answers in some seconds. */
const CHECKED_ROWS = 1_000_000;
const MAX_CHECKED_BATCHES = 20_000;
/** Of a store that is larger when the server starts the labels are not read, which would take a core longer than some seconds. */
const MAX_LABELLED_ROWS = 200_000_000;
/** `odd_rows` holds a row for each; looking at a gigabyte of lines takes some seconds. */
const CHECK_SETTINGS: SqlSettings = { max_execution_time: 0, max_block_size: 8192, max_partitions_per_insert_block: 0 };
const EPOCH = "toDateTime64(0, 9, 'UTC')";

interface SpanRow {
  readonly rows: number;
  readonly first: string;
  readonly last: string;
}

const toSpan = (row: SpanRow | undefined): TimeSpan | undefined =>
  row === undefined || row.rows === 0
    ? undefined
    : { rows: row.rows, firstNanos: BigInt(row.first), lastNanos: BigInt(row.last) };

export class RowChecks {
  readonly #options: RowChecksOptions;
  #facts: RowFacts | undefined;
  #atStart: number | undefined;
  #labels: { readonly batch: number; readonly values: StoredLabels } | undefined;
  /** One look after the other. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: RowChecksOptions) {
    this.#options = options;
  }

  /** Looks at what has landed when that is much; little is left to the asker's own reading. */
  async get(signal: AbortSignal): Promise<RowFacts> {
    const newest = await this.#readNewest(signal);
    const known = this.#facts ?? (await this.#enqueue(() => this.#load(signal)));
    // What is there of batches that still come was found at the start, and is looked at when they are told of.
    const told = (facts: RowFacts) =>
      facts.checkedBatch < (this.#atStart ?? 0) ? { ...facts, hasUnchecked: true } : facts;
    if (known.checkedBatch >= newest) return told(known);
    if ((await this.#countUnchecked(known.checkedBatch, signal)) <= MAX_UNCHECKED_ROWS)
      return { ...known, hasUnchecked: true };
    return told(await this.#enqueue(() => this.#check(newest, 2, signal)));
  }

  /** What is known at this moment, if it is known of every row: for questions that can do without, and wait for nothing. */
  peek(): RowFacts | undefined {
    const facts = this.#facts;
    return facts === undefined || this.#mayBeLater(facts.checkedBatch) ? undefined : facts;
  }

  /** Without a statement. */
  #mayBeLater(batch: number): boolean {
    const { landings, mayLand = () => true } = this.#options;
    if (this.#atStart === undefined ? landings.newest() === 0 : batch < this.#atStart) return true;
    return mayLand(batch);
  }

  /** Whether rows are there that the facts know nothing of. */
  async hasLater({ checkedBatch }: RowFacts, signal: AbortSignal): Promise<boolean> {
    const { database, limits } = this.#options;
    if (!this.#mayBeLater(checkedBatch)) return false;
    const sql = `SELECT 1 AS later FROM records WHERE batch > ${quoteInteger(checkedBatch)} LIMIT 1`;
    return (await database.rows(sql, limits, signal)).length > 0;
  }

  /** Looks at each batch soon after it has landed, until the signal aborts. */
  async watch(signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
    const { landings } = this.#options;
    while (!signal.aborted) {
      try {
        let newest = await this.#readNewest(signal);
        const known = this.#facts ?? (await this.#enqueue(() => this.#load(signal)));
        if (newest <= known.checkedBatch) {
          await this.#readLabels(signal);
          await landings.wait(newest, 60_000, signal);
          continue;
        }
        for (let waits = 0; waits < MAX_BUSY_WAITS && !signal.aborted; waits++) {
          await landings.wait(newest, QUIET_MILLIS, signal);
          if (landings.newest() <= newest) break;
          newest = landings.newest();
        }
        if (!signal.aborted) await this.#enqueue(() => this.#check(newest, 1, signal));
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        // The engine may be away; what was not looked at is read line by line meanwhile.
        await landings.wait(Number.MAX_SAFE_INTEGER, 10_000, signal);
      }
    }
  }

  /** Told: all rows up to this batch are there. Else it is the newest that was found at the start, and some of it may still come. */
  async newest(signal: AbortSignal): Promise<{ readonly batch: number; readonly isTold: boolean }> {
    return { batch: await this.#readNewest(signal), isTold: this.#options.landings.newest() > 0 };
  }

  /** Up to here nothing grows. What was there when the server started is asked for once; later the landings tell. */
  async #readNewest(signal: AbortSignal): Promise<number> {
    const { landings, database, limits, firstComing = Number.POSITIVE_INFINITY } = this.#options;
    if (landings.newest() === 0) this.#atStart ??= await readNewestBatch(landings, database, limits, signal);
    return Math.max(landings.newest(), Math.min(this.#atStart ?? 0, firstComing - 1));
  }

  /** Not in the queue: who asks about fresh rows need not wait for it. */
  async #readLabels(signal: AbortSignal): Promise<void> {
    const { database } = this.#options;
    const until = this.#facts?.checkedBatch ?? 0;
    const known = this.#labels;
    if (until === 0 || known?.batch === until) return;
    if (known === undefined) {
      const [all] = await database.rows<{ rows: number }>('SELECT count() AS rows FROM records', {}, signal);
      if ((all?.rows ?? 0) > MAX_LABELLED_ROWS) return;
    }
    const settings: SqlSettings = { max_execution_time: 0, max_threads: 1 };
    const asked = { after: known?.batch ?? 0, until, known: known?.values };
    const values = await readStoredLabels(database, asked, settings, signal);
    this.#labels = { batch: until, values };
    if (this.#facts?.checkedBatch === until) this.#facts = { ...this.#facts, labels: values };
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work, work);
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #countUnchecked(checkedBatch: number, signal: AbortSignal): Promise<number> {
    const sql = `SELECT count() AS rows FROM records WHERE batch > ${quoteInteger(checkedBatch)}`;
    const [row] = await this.#options.database.rows<{ rows: number }>(sql, this.#options.limits, signal);
    return row?.rows ?? 0;
  }

  async #load(signal: AbortSignal): Promise<RowFacts> {
    const { database, limits } = this.#options;
    const [odd] = await database.rows<SpanRow>(
      'SELECT count() AS rows, toString(toUnixTimestamp64Nano(min(time))) AS first, toString(toUnixTimestamp64Nano(max(time))) AS last FROM odd_rows',
      limits,
      signal,
    );
    const [checks] = await database.rows<SpanRow & { batch: number }>(
      `SELECT max(batch) AS batch, sum(pushed) AS rows, toString(toUnixTimestamp64Nano(minIf(first_pushed, pushed > 0))) AS first,
toString(toUnixTimestamp64Nano(max(last_pushed))) AS last FROM row_checks`,
      limits,
      signal,
    );
    const checkedBatch = checks?.batch ?? 0;
    this.#facts = {
      checkedBatch,
      hasUnchecked: false,
      pushed: toSpan(checks),
      odd: toSpan(odd),
      labels: this.#labels?.batch === checkedBatch ? this.#labels.values : undefined,
    };
    return this.#facts;
  }

  /** All that has landed, in statements that end in some seconds each. */
  async #check(newest: number, threads: number, signal: AbortSignal): Promise<RowFacts> {
    let known = this.#facts ?? (await this.#load(signal));
    while (known.checkedBatch < newest) {
      const until = await this.#findEnd(known.checkedBatch, newest, signal);
      known = await this.#checkBatches(known.checkedBatch, until, threads, signal);
    }
    return known;
  }

  /** The last batch of those that one statement looks at. */
  async #findEnd(checkedBatch: number, newest: number, signal: AbortSignal): Promise<number> {
    const batches = await this.#options.database.rows<{ batch: number; rows: number }>(
      `SELECT batch, count() AS rows FROM records WHERE batch > ${quoteInteger(checkedBatch)} AND batch <= ${quoteInteger(newest)}
GROUP BY batch ORDER BY batch LIMIT ${MAX_CHECKED_BATCHES}`,
      this.#options.limits,
      signal,
    );
    let rows = 0;
    for (const batch of batches) {
      rows += batch.rows;
      if (rows >= CHECKED_ROWS) return batch.batch;
    }
    return batches.length < MAX_CHECKED_BATCHES ? newest : (batches.at(-1)?.batch ?? newest);
  }

  /** What is found is written before how far was looked, so that a crash between the two only looks again. */
  async #checkBatches(after: number, until: number, threads: number, signal: AbortSignal): Promise<RowFacts> {
    const { database } = this.#options;
    const fresh = `batch > ${quoteInteger(after)} AND batch <= ${quoteInteger(until)}`;
    const settings: SqlSettings = { ...CHECK_SETTINGS, max_threads: threads };
    await database.insert(
      `INSERT INTO odd_rows SELECT time, batch FROM records PREWHERE ${fresh} WHERE NOT ${IS_SOUND}`,
      settings,
      signal,
    );
    const pushed = "source_kind = 'push'";
    await database.insert(
      `INSERT INTO row_checks SELECT ${quoteInteger(until)}, countIf(${pushed}), if(countIf(${pushed}) = 0, ${EPOCH}, minIf(time, ${pushed})),
if(countIf(${pushed}) = 0, ${EPOCH}, maxIf(time, ${pushed})) FROM records WHERE ${fresh}`,
      settings,
      signal,
    );
    return this.#load(signal);
  }
}
