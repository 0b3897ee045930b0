// One statement of a plan: purpose and SQL in; its rows, and what it took, out.
import type { Database, SqlSettings } from '../../../store/index.ts';

/** A statement that was run, for who wants to know. */
export interface Statement {
  readonly purpose: string;
  readonly sql: string;
  readonly rows: number;
  readonly bytes: number;
  readonly millis: number;
}

interface CompactAnswer<Row> {
  readonly data: readonly Row[];
  readonly statistics: { readonly rows_read: number; readonly bytes_read: number };
}

interface Question {
  readonly purpose: string;
  /** With FORMAT JSONCompact. */
  readonly sql: string;
  readonly settings: SqlSettings;
}

/** Throws what the database throws. */
export async function askCompact<Row>(
  database: Pick<Database, 'bytes'>,
  { purpose, sql, settings }: Question,
  signal: AbortSignal,
): Promise<{ readonly data: readonly Row[]; readonly statement: Statement }> {
  const beganMs = performance.now();
  const parts: Buffer[] = [];
  for await (const chunk of await database.bytes(sql, settings, signal)) parts.push(chunk);
  const { data, statistics }: CompactAnswer<Row> = JSON.parse(Buffer.concat(parts).toString('utf8'));
  const { rows_read: rows, bytes_read: bytes } = statistics;
  return { data, statement: { purpose, sql, rows, bytes, millis: performance.now() - beganMs } };
}
