// What the planner knows of the store: read again when a batch has landed since the last look.
import type { Database } from '../store/index.ts';
import { SELECT_OPEN_KEYS, type StoreFacts } from './plan/plan-filter.ts';

/** More open requests than this are looked up by the statement itself. */
const MAX_OPEN_KEYS = 1000;

/** Remembers the facts of the newest batch, so that a quiet store is asked once. */
export class StoreFactsReader {
  readonly #database: Database;
  readonly #newestBatch: () => number;
  #facts: Promise<StoreFacts> | undefined;
  #readAtBatch = -1;

  constructor(database: Database, newestBatch: () => number) {
    this.#database = database;
    this.#newestBatch = newestBatch;
  }

  get(): Promise<StoreFacts> {
    const newest = this.#newestBatch();
    if (this.#facts === undefined || this.#readAtBatch !== newest) {
      this.#readAtBatch = newest;
      this.#facts = this.#read();
      this.#facts.catch(() => {
        this.#facts = undefined;
      });
    }
    return this.#facts;
  }

  async #read(): Promise<StoreFacts> {
    const rows = await this.#database.rows<{ table: string; partition: string; rows: number }>(
      `SELECT table, partition, sum(rows) AS rows FROM system.parts
WHERE active AND database = currentDatabase() AND table IN ('records', 'sightings') GROUP BY table, partition`,
    );
    const days = rows.filter((row) => row.table === 'records');
    const open = await this.#database.rows<{ key: string }>(
      `SELECT toString(request_key) AS key FROM (${SELECT_OPEN_KEYS} LIMIT ${MAX_OPEN_KEYS + 1})`,
    );
    return {
      rowsByDay: new Map(days.map((row) => [row.partition, row.rows])),
      hasSightings: days.length < rows.length,
      openKeys: open.length > MAX_OPEN_KEYS ? undefined : open.map((row) => row.key),
    };
  }
}
