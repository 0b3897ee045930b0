// Records that matter to sessions -> session_records, each once: of a batch while it passes, or of a whole older store. SQL out.
import { PACK_SESSION_RECORD, SESSION_FIELDS, SESSION_RECORDS } from '../schema/session-records.ts';
import type { SqlSettings } from '../sql/database.ts';
import { FOR_SESSIONS } from './derived-columns.ts';
import { printSelectSessionRecords } from './session-columns.ts';

/** Slashes stay as they are; a quarter of what is packed would be backslashes. */
const PACK_SETTING = 'output_format_json_escape_forward_slashes = 0';

/** A batch of lines with wild times may meet any number of days; so does the copy of a whole store, which takes as long as it needs. */
export const COPY_SETTINGS: SqlSettings = {
  max_threads: 1,
  max_insert_threads: 1,
  async_insert: 0,
  max_partitions_per_insert_block: 0,
  max_execution_time: 900,
};

const NAMES = SESSION_FIELDS.map(({ name }) => name);
const STORED = SESSION_RECORDS.columns.map(({ name }) => name);
/** Of columns that are called as the fields are. */
const INSERT = `INSERT INTO session_records (${STORED.join(', ')}) SELECT ${STORED.map((name) =>
  name === 'packed' ? PACK_SESSION_RECORD : name,
).join(', ')} FROM`;
const NAMED = NAMES.map((name) => `out_${name} AS ${name}`).join(', ');

/** Of all of `records`, for a store older than the table. */
export function printCopyAllSessionRecords(): string {
  const isNew = '(time, record_id) NOT IN (SELECT time, record_id FROM session_records)';
  return `${INSERT} (SELECT ${NAMED} FROM (${printSelectSessionRecords('line', 'records', `${FOR_SESSIONS} AND ${isNew}`)}))
SETTINGS max_threads = 2, max_insert_threads = 1, max_partitions_per_insert_block = 0, max_execution_time = 0, ${PACK_SETTING}`;
}

/**
 * The view takes what matters to sessions out of a batch while it passes on its way to `staging`, which must exist. Reading it
 * back later would cost six times as much, since every block of lines holds a few of these records. Rows that wait for
 * core/formats are taken when they come back. What is left over from another run of the program may know
 * other columns.
 */
export const CHOOSE_SESSION_RECORDS = [
  'DROP VIEW IF EXISTS choose_session_records SYNC',
  'DROP TABLE IF EXISTS chosen_session_records SYNC',
  `CREATE TABLE chosen_session_records (
${SESSION_FIELDS.map(({ name, type }) => `  ${name} ${type}`).join(',\n')}
) ENGINE = Memory`,
  `CREATE MATERIALIZED VIEW choose_session_records TO chosen_session_records AS
SELECT ${NAMED} FROM (
${printSelectSessionRecords('columns', 'staging', 'for_sessions')})`,
] as const;

/** Before a batch. */
export const FORGET_CHOSEN = 'TRUNCATE TABLE chosen_session_records';

export const COUNT_CHOSEN = 'SELECT toUInt32(count()) AS chosen FROM chosen_session_records';

/** After a batch: what was chosen is kept, each once; a batch that is replayed after a crash brings what is missing. */
export const KEEP_CHOSEN = `${INSERT} chosen_session_records
WHERE (time, record_id) NOT IN (
  SELECT time, record_id FROM session_records WHERE (time, record_id) IN (SELECT time, record_id FROM chosen_session_records))
LIMIT 1 BY record_id
SETTINGS ${PACK_SETTING}`;
