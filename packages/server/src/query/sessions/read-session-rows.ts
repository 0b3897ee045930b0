// A statement over session_records -> SessionRecords. One statement, one answer, held whole: the plans bound how many rows it has.
import type { SessionRecord } from '@kubewitness/core/sessions';
import type { Database, SqlSettings } from '../../store/index.ts';
import { type PackedSessionRecord, readSessionRow } from './session-row.ts';

const SETTINGS: SqlSettings = {
  // The table is small: a second thread costs more than it brings, and so do conditions that are tried one after the other.
  max_threads: 1,
  enable_multiple_prewhere_read_steps: 0,
};

/** `sql` selects `packed` and names no format. */
export async function readSessionRows(
  database: Database,
  sql: string,
  limits: SqlSettings,
  signal: AbortSignal,
): Promise<readonly SessionRecord[]> {
  const parts: Buffer[] = [];
  const chunks = await database.bytes(`${sql}\nFORMAT TSVRaw`, { ...limits, ...SETTINGS }, signal);
  for await (const chunk of chunks) parts.push(chunk);
  // Lines of JSON, which has no newlines of its own.
  const lines = Buffer.concat(parts).toString('utf8').trimEnd();
  const rows: readonly PackedSessionRecord[] = JSON.parse(`[${lines.replaceAll('\n', ',')}]`);
  return rows.map(readSessionRow);
}
