// After an import: small parts that the engine's own merges left lying -> one for each day. SQL out.
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from './sql/database.ts';
import { quoteLiteral } from './sql/quote-literal.ts';

const OF_RECORDS = "database = currentDatabase() AND table = 'records'";
/** Merges of a large import take minutes. */
const MAX_LOOKS = 600;
const LOOK_MILLIS = 1_000;

/**
 * The engine merges what pays in the long run and leaves a handful of first parts for later; after an import nothing comes later, and
 * reading compact parts costs a question a third of its time (docs/design/0004-merges.md). Ends early when the signal aborts; throws
 * what the database throws.
 */
export async function tidyParts(database: Pick<Database, 'command' | 'rows'>, signal: AbortSignal): Promise<void> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    await pause(LOOK_MILLIS, undefined, { signal });
    const [running] = await database.rows<{ merges: number }>(
      `SELECT toUInt32(count()) AS merges FROM system.merges WHERE ${OF_RECORDS}`,
      undefined,
      signal,
    );
    if (running?.merges === 0) break;
  }
  const days = await database.rows<{ id: string }>(
    `SELECT partition_id AS id FROM system.parts WHERE active AND part_type = 'Compact' AND ${OF_RECORDS} GROUP BY id HAVING count() > 1 ORDER BY id`,
    undefined,
    signal,
  );
  for (const { id } of days) {
    signal.throwIfAborted();
    await database.command(`OPTIMIZE TABLE records PARTITION ID ${quoteLiteral(id)}`, undefined, signal);
  }
}
