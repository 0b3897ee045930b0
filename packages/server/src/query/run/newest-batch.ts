// The number of the newest batch in the store: where what is there ends and what comes begins.
import type { Database, SqlSettings } from '../../store/index.ts';
import type { Landings } from './run-tail.ts';

/** A server that has just started was told of none yet, and its store may be full all the same. */
export async function readNewestBatch(
  landings: Landings,
  database: Database,
  limits: SqlSettings,
  signal: AbortSignal,
): Promise<number> {
  const told = landings.newest();
  if (told > 0) return told;
  const rows = await database.rows<{ newest: string | number }>(
    'SELECT max(batch) AS newest FROM records',
    limits,
    signal,
  );
  return Math.max(landings.newest(), Number(rows[0]?.newest ?? 0));
}
