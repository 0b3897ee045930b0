// How much the store holds: the engine's own bookkeeping of its parts -> records and bytes on disk. Reads no record.
import type { Database } from './sql/database.ts';

export interface StoreSize {
  readonly records: number;
  /** Columns and indexes of the records, compressed. */
  readonly diskBytes: number;
}

export async function readStoreSize(database: Database, signal: AbortSignal): Promise<StoreSize> {
  const [size] = await database.rows<StoreSize>(
    `SELECT toUInt64(sum(rows)) AS records, toUInt64(sum(bytes_on_disk)) AS diskBytes FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'records'`,
    undefined,
    signal,
  );
  return size ?? { records: 0, diskBytes: 0 };
}
