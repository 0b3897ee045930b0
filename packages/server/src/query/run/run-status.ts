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

type Origin = Pick<SourceRow, 'kind' | 'name' | 'cluster' | 'host' | 'component'>;
type StoredRow = Origin & Pick<SourceRow, 'stored' | 'oldest' | 'newest' | 'lastArrival'>;
type DiscardRow = Origin & Pick<SourceRow, 'duplicate' | 'quarantined' | 'lastArrival'>;

/** Sources beyond this are not listed; each pod of a broken sender must not become a line here. */
const MAX_SOURCES = 10_000;

const printOrigin = ({ kind, name, cluster, host, component }: Origin) =>
  JSON.stringify([kind, name, cluster, host, component]);

export async function runSources(database: Database, signal: AbortSignal): Promise<SourcesAnswer> {
  const stored = await database.rows<StoredRow>(
    `SELECT source_kind AS kind, source AS name, cluster, host, component, count() AS stored,
  toDateTime64(min(time), 6, 'UTC') AS oldest, toDateTime64(max(time), 6, 'UTC') AS newest, max(arrival) AS lastArrival
FROM records GROUP BY kind, name, cluster, host, component ORDER BY kind, name, cluster, host LIMIT ${MAX_SOURCES}`,
    SETTINGS,
    signal,
  );
  const discards = await database.rows<DiscardRow>(
    `SELECT kind, name, cluster, host, component, d AS duplicate, q AS quarantined, a AS lastArrival
FROM (
  SELECT kind, name, cluster, host, component, sum(duplicate) AS d, sum(quarantined) AS q, max(last_arrival) AS a
  FROM discards GROUP BY kind, name, cluster, host, component
)
ORDER BY kind, name, cluster, host LIMIT ${MAX_SOURCES}`,
    SETTINGS,
    signal,
  );
  const none = {
    stored: 0,
    duplicate: 0,
    quarantined: 0,
    oldest: null,
    newest: null,
    state: '',
    lagBytes: null,
    problem: '',
  };
  const rows = new Map<string, SourceRow>();
  for (const row of stored) rows.set(printOrigin(row), { ...none, ...row });
  for (const row of discards) {
    const known = rows.get(printOrigin(row));
    const arrivals = [known?.lastArrival ?? '', row.lastArrival ?? ''].sort();
    const lastArrival = arrivals[1] ?? null;
    rows.set(printOrigin(row), { ...none, ...known, ...row, lastArrival });
  }
  return { sources: [...rows.values()] };
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
