// After an import: the parts that it left -> one for each day, at one go. SQL out.
import type { Database } from './sql/database.ts';
import { quoteLiteral } from './sql/quote-literal.ts';

/** Where most of the day is in parts that no merge has written: those have LZ4 (see DENSE in schema/table.ts). */
const NEW_DAYS = `SELECT partition_id AS id FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'records'
GROUP BY id HAVING sum(bytes_on_disk) < 2 * sumIf(bytes_on_disk, default_compression_codec = 'LZ4') ORDER BY id`;

/**
 * The engine's own merges take some of the parts and leave a handful lying: after an import nothing comes that would make
 * them worth merging, compact parts cost a question a third of its time, and LZ4 takes half as much space again (docs/design/0004-merges.md). Called while those merges are
 * stopped, so that everything is written once more and not twice. Days that hold more already are left to the engine.
 * Ends early when the signal aborts; throws what the database throws.
 */
export async function tidyParts(database: Pick<Database, 'command' | 'rows'>, signal: AbortSignal): Promise<void> {
  for (const { id } of await database.rows<{ id: string }>(NEW_DAYS, undefined, signal)) {
    signal.throwIfAborted();
    await database.command(`OPTIMIZE TABLE records PARTITION ID ${quoteLiteral(id)} FINAL`, undefined, signal);
  }
}
