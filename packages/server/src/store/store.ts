// Store: the records in ClickHouse. Segments go in, each line once; the query room reads through `database`.
import type { BatchReport, Segment } from '@kubewitness/core/event';
import { insertSegments } from './insert/insert-segments.ts';
import { chooseGroup } from './insert/segment-group.ts';
import { prepareInserts } from './insert/stage-segments.ts';
import { MergePause, START_MERGES } from './merge-pause.ts';
import { applyRetention, type DroppedDay, type RetentionLimits } from './retention.ts';
import { migrate } from './schema/migrations.ts';
import type { Flavour } from './schema/table.ts';
import { Database, type DatabaseAddress } from './sql/database.ts';
import { readStoreSize, type StoreSize } from './store-size.ts';

export interface StoreOptions {
  readonly address: DatabaseAddress;
  readonly flavour: Flavour;
  /** Nanoseconds since 1970. */
  readonly clock: () => bigint;
}

/** Opens and closes. `open` may be called again after the engine came back: it only adds what is missing. */
export class Store {
  readonly database: Database;
  readonly #options: StoreOptions;
  /** The merges of a cluster are its own affair. */
  readonly #merges: MergePause | undefined;
  /** Whether the tables of inserts are there: questions do not wait for them. */
  #prepared = false;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.database = new Database(options.address);
    this.#merges = options.flavour.kind === 'embedded' ? new MergePause({ database: this.database }) : undefined;
  }

  /** Brings the schema up to date. Throws NewerSchemaError for a store of a newer program. */
  async open(signal: AbortSignal): Promise<void> {
    await migrate(this.database, this.#options.flavour, signal);
    if (this.#merges !== undefined) await this.database.command(START_MERGES, undefined, signal);
    this.#prepared = false;
  }

  /**
   * Stores the first of the segments that wait, and as many of those after it as go with it in the same statements; the
   * reports are theirs, in order. One call at a time: the staging table is shared. Throws when nothing waits.
   */
  async insertSegments(waiting: readonly Segment[], signal: AbortSignal): Promise<readonly BatchReport[]> {
    const { clock, flavour } = this.#options;
    const segments = chooseGroup(waiting);
    const mayMove = flavour.kind === 'embedded';
    await this.#merges?.batch(segments);
    try {
      if (!this.#prepared) await prepareInserts(this.database, signal);
      this.#prepared = true;
      return await insertSegments(this.database, segments, { nowNanos: clock(), mayMove }, signal);
    } finally {
      this.#merges?.done();
    }
  }

  applyRetention(limits: RetentionLimits, signal: AbortSignal): Promise<readonly DroppedDay[]> {
    return applyRetention(this.database, limits, this.#options.clock() / 1000n, signal);
  }

  size(signal: AbortSignal): Promise<StoreSize> {
    return readStoreSize(this.database, signal);
  }

  async close(): Promise<void> {
    this.#merges?.close();
    await this.database.close();
  }
}
