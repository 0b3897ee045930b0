// Runs the questions about the store itself: status, sources, quarantine.
import type { QuarantineRow, SourceRow, SourcesAnswer, StatusAnswer } from '@kubewitness/core/wire';
import type { Database, SqlSettings } from '../../store/index.ts';

const SETTINGS: SqlSettings = { date_time_output_format: 'iso' };

export type StoreStatus = Omit<StatusAnswer, 'version' | 'startedAt' | 'spool' | 'engine' | 'retention'>;

interface PartsRow {
  readonly records: number;
  readonly days: number;
  readonly diskBytes: number;
  readonly broken: number;
}

interface CountsRow {
  readonly finished: number;
  readonly rawBytes: number;
  readonly oldest: string;
  readonly newest: string;
  readonly quarantined: number;
}

export async function runStatus(database: Database, signal: AbortSignal): Promise<StoreStatus> {
  const mine = "active AND database = currentDatabase() AND table = 'records'";
  const [parts] = await database.rows<PartsRow>(
    `SELECT toUInt64(sum(rows)) AS records, uniqExact(partition) AS days, toUInt64(sum(bytes_on_disk)) AS diskBytes,
  (SELECT count() FROM system.detached_parts WHERE database = currentDatabase() AND startsWith(reason, 'broken')) AS broken
FROM system.parts WHERE ${mine}`,
    undefined,
    signal,
  );
  const [counts] = await database.rows<CountsRow>(
    `SELECT countIf(finished) AS finished, sum(line_bytes + 1) AS rawBytes, toDateTime64(min(time), 6, 'UTC') AS oldest, toDateTime64(max(time), 6, 'UTC') AS newest,
  (SELECT count() FROM quarantine) AS quarantined FROM records`,
    SETTINGS,
    signal,
  );
  if (parts === undefined || counts === undefined) throw new Error('an aggregation without groups gave no row');
  const some = parts.records > 0;
  return {
    records: parts.records,
    finished: counts.finished,
    quarantined: counts.quarantined,
    days: parts.days,
    oldest: some ? counts.oldest : null,
    newest: some ? counts.newest : null,
    rawBytes: counts.rawBytes,
    diskBytes: parts.diskBytes,
    compression: counts.rawBytes === 0 ? 0 : parts.diskBytes / counts.rawBytes,
    brokenParts: parts.broken,
  };
}

type StoredSource = Omit<SourceRow, 'state' | 'lagBytes' | 'problem'>;

export async function runSources(database: Database, signal: AbortSignal): Promise<SourcesAnswer> {
  const rows = await database.rows<StoredSource>(
    `SELECT kind, name, cluster, host, component, s AS stored, d AS duplicate, q AS quarantined,
  if(s + d = 0, NULL, toDateTime64(o, 6, 'UTC')) AS oldest, if(s + d = 0, NULL, toDateTime64(n, 6, 'UTC')) AS newest, a AS lastArrival
FROM (
  SELECT kind, name, cluster, host, component, sum(stored) AS s, sum(duplicate) AS d, sum(quarantined) AS q,
    min(oldest) AS o, max(newest) AS n, max(last_arrival) AS a
  FROM sources GROUP BY kind, name, cluster, host, component
)
ORDER BY kind, name, cluster, host LIMIT 10000`,
    SETTINGS,
    signal,
  );
  return { sources: rows.map((row) => ({ ...row, state: '', lagBytes: null, problem: '' })) };
}

/** The newest first; each line cut to what a person can look at. */
export async function runQuarantine(database: Database, limit: number, signal: AbortSignal): Promise<QuarantineRow[]> {
  return await database.rows<QuarantineRow>(
    `SELECT arrival, source, position, reason, length(line) AS bytes, substringUTF8(toValidUTF8(line), 1, 4096) AS line
FROM quarantine ORDER BY arrival DESC, line_id LIMIT ${limit}`,
    { ...SETTINGS, prefer_column_name_to_alias: 1 },
    signal,
  );
}
