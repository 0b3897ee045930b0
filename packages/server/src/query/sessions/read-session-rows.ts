// A statement over session_records -> SessionRecords, or only their keys. One statement, one answer, held whole: the plans bound how many rows it has.
import type { SessionRecord } from '@kubewitness/core/sessions';
import type { Database, SqlSettings } from '../../store/index.ts';
import {
  readSessionRow,
  readStreamKey,
  type StoredSessionRecord,
  type StoredStreamKey,
  type StreamKey,
} from './session-row.ts';

const SETTINGS: SqlSettings = {
  // The table is small: a second thread costs more than it brings, and so do conditions that are tried one after the other.
  max_threads: 1,
  enable_multiple_prewhere_read_steps: 0,
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
  return (await readRows<StoredSessionRecord>(database, sql, limits, signal)).map(readSessionRow);
}

/** `sql` selects STREAM_KEY_COLUMNS and names no format. */
export async function readStreamKeys(
  database: Database,
  sql: string,
  limits: SqlSettings,
  signal: AbortSignal,
): Promise<readonly StreamKey[]> {
  return (await readRows<StoredStreamKey>(database, sql, limits, signal)).map(readStreamKey);
}

async function readRows<T>(
  database: Database,
  sql: string,
  limits: SqlSettings,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const parts: Buffer[] = [];
  const chunks = await database.bytes(`${sql}\nFORMAT JSONCompact`, { ...limits, ...SETTINGS }, signal);
  for await (const chunk of chunks) parts.push(chunk);
  const answer: { readonly data: readonly T[] } = JSON.parse(Buffer.concat(parts).toString('utf8'));
  return answer.data;
}
