// A statement over session_records -> SessionRecords. One statement, one answer, held whole: the plans bound how many rows it has.
import type { SessionRecord } from '@kubewitness/core/sessions';
import type { Database, SqlSettings } from '../../store/index.ts';
import { readSessionRow, type StoredSessionRecord } from './session-row.ts';

/** The table is small: a second thread costs more than it brings. */
const SETTINGS: SqlSettings = {
  max_threads: 1,
  output_format_json_quote_64bit_integers: 0,
  output_format_write_statistics: 0,
};

/** `sql` selects SESSION_COLUMNS and names no format. */
export async function readSessionRows(
  database: Database,
  sql: string,
  limits: SqlSettings,
  signal: AbortSignal,
): Promise<readonly SessionRecord[]> {
  const parts: Buffer[] = [];
  const chunks = await database.bytes(`${sql}\nFORMAT JSONCompact`, { ...limits, ...SETTINGS }, signal);
  for await (const chunk of chunks) parts.push(chunk);
  const answer: { readonly data: readonly StoredSessionRecord[] } = JSON.parse(Buffer.concat(parts).toString('utf8'));
  return answer.data.map(readSessionRow);
}
