// What the planner knows of the store: read when a batch has landed since the last look, at most once a second.
import type { Database } from '../store/index.ts';
import type { StoreFacts } from './plan/plan-filter.ts';

const MAX_AGE_MS = 1000;

/** Remembers the facts; stale ones only cost speed, a missing sighting for a second at the most. */
export class StoreFactsReader {
  readonly #database: Database;
  readonly #nowMs: () => number;
  readonly #newestBatch: () => number;
  #facts: Promise<StoreFacts> | undefined;
  #readAtMs = 0;
  #readAtBatch = -1;

  constructor(database: Database, nowMs: () => number, newestBatch: () => number) {
    this.#database = database;
    this.#nowMs = nowMs;
    this.#newestBatch = newestBatch;
  }

  get(): Promise<StoreFacts> {
    const now = this.#nowMs();
    const changed = this.#readAtBatch !== this.#newestBatch();
    if (this.#facts === undefined || (changed && now - this.#readAtMs > MAX_AGE_MS)) {
      this.#readAtMs = now;
      this.#readAtBatch = this.#newestBatch();
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
    return {
      rowsByDay: new Map(days.map((row) => [row.partition, row.rows])),
      hasSightings: days.length < rows.length,
    };
  }
}
