// What the planner knows of the store: read again when a batch has landed since the last look, from that batch alone.
import type { Database } from '../store/index.ts';
import { SELECT_OPEN_KEYS, type StoreFacts } from './plan/plan-filter.ts';

/** More open requests than this are not named in a statement, which looks them up itself. */
const MAX_NAMED_KEYS = 1000;
/** More than this are not kept in mind at all. */
const MAX_KNOWN_KEYS = 200_000;

interface KeyRow {
  readonly key: string;
  readonly ended: boolean;
}

/** `2026-11-21`; undefined while the store is empty. */
export function oldestDay({ rowsByDay }: StoreFacts): string | undefined {
  return [...rowsByDay.keys()].sort()[0];
}

/** Remembers the facts of the newest batch, so that a quiet store is asked once. */
export class StoreFactsReader {
  readonly #database: Database;
  readonly #newestBatch: () => number;
  #facts: Promise<StoreFacts> | undefined;
  #readAtBatch = -1;
  /** Keys of open requests up to `#knownBatch`; undefined before the first look and when there were too many. */
  #open: Set<string> | undefined;
  #knownBatch = 0;

  constructor(database: Database, newestBatch: () => number) {
    this.#database = database;
    this.#newestBatch = newestBatch;
  }

  get(): Promise<StoreFacts> {
    const newest = this.#newestBatch();
    if (this.#facts === undefined || this.#readAtBatch !== newest) {
      this.#readAtBatch = newest;
      // One after the other: each goes on from what the one before it knew.
      const before = this.#facts?.catch(() => undefined) ?? Promise.resolve();
      this.#facts = before.then(() => this.#read(newest));
      this.#facts.catch(() => {
        this.#facts = undefined;
      });
    }
    return this.#facts;
  }

  async #read(newest: number): Promise<StoreFacts> {
    const rows = await this.#database.rows<{ table: string; partition: string; rows: number; bytes: number }>(
      `SELECT table, partition, sum(rows) AS rows, sum(data_uncompressed_bytes) AS bytes FROM system.parts
WHERE active AND database = currentDatabase() AND table IN ('records', 'sightings') GROUP BY table, partition`,
    );
    const days = rows.filter((row) => row.table === 'records');
    await this.#readOpen(newest);
    return {
      rowsByDay: new Map(days.map((row) => [row.partition, row.rows])),
      bytesByDay: new Map(days.map((row) => [row.partition, row.bytes])),
      hasSightings: days.length < rows.length,
      openKeys: this.#open === undefined || this.#open.size > MAX_NAMED_KEYS ? undefined : [...this.#open],
    };
  }

  async #readOpen(newest: number): Promise<void> {
    if (this.#open === undefined || this.#knownBatch === 0) {
      const all = await this.#database.rows<{ key: string }>(
        `SELECT toString(request_key) AS key FROM (${SELECT_OPEN_KEYS} LIMIT ${MAX_KNOWN_KEYS + 1})`,
      );
      this.#open = all.length > MAX_KNOWN_KEYS ? undefined : new Set(all.map((row) => row.key));
      this.#knownBatch = newest;
      return;
    }
    // The requests of the new batches, and whether any record of theirs, old or new, is an end. No end lies before its start.
    const fresh = `FROM records WHERE batch > ${this.#knownBatch} AND request_key != 0`;
    const changed = await this.#database.rows<KeyRow>(
      `SELECT toString(request_key) AS key, max(finished) = 1 AS ended FROM records
WHERE time >= (SELECT min(time) ${fresh}) AND request_key IN (SELECT request_key ${fresh}) GROUP BY request_key`,
    );
    for (const { key, ended } of changed) {
      if (ended) this.#open.delete(key);
      else this.#open.add(key);
    }
    if (this.#open.size > MAX_KNOWN_KEYS) this.#open = undefined;
    this.#knownBatch = newest;
  }
}
