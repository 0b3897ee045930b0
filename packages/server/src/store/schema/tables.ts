// The store's tables. Column names follow core/event's field table; what each is for stands beside it.
import { type Column, DENSE, type Table } from './table.ts';

/** About a granule of a short column: a question that keeps few rows then unpacks no others. Saves listings a tenth for 0.3 % more bytes. */
const SMALL_BLOCKS = 16_384;
const LOW = 'LowCardinality(String)';
const low = (name: string): Column => ({ name, type: LOW });
const text = (name: string): Column => ({ name, type: 'String', codec: DENSE });
/** Empty in most records, so not DENSE: ZSTD would save nothing there, and costs more for each granule when written and when read. */
const sparse = (name: string, type = 'String'): Column => ({ name, type });
/** Lists repeat as a whole, which ZSTD sees and a dictionary of their entries hides: groups take an eighth of the space this way. */
const texts = (name: string): Column => ({ name, type: 'Array(String)', codec: DENSE });

/** What sessions need of every record, so that its line need not be read for it. */
export const CALLER_COLUMNS: readonly Column[] = [sparse('status_message'), text('caller_pod'), low('caller_node')];

/** Sessions are made of it: copied to session_records. */
export const FOR_SESSIONS: Column = { name: 'for_sessions', type: 'Bool' };

/** What both parse roads read out of a line. */
export const FIELD_COLUMNS: readonly Column[] = [
  low('level'),
  low('stage'),
  text('audit_id'),
  text('request_uri'),
  low('verb'),
  low('username'),
  low('user_uid'),
  texts('user_groups'),
  sparse('impersonated_username'),
  sparse('impersonated_groups', 'Array(String)'),
  texts('source_ips'),
  low('user_agent'),
  low('resource'),
  low('subresource'),
  low('namespace'),
  // In every table; twice as fast to read as with ZSTD.
  { name: 'name', type: 'String', blockBytes: SMALL_BLOCKS },
  low('api_group'),
  low('api_version'),
  { name: 'code', type: 'UInt16' },
  sparse('status_reason'),
  sparse('exec_command', 'Array(String)'),
  sparse('container'),
  { name: 'stdin', type: 'Bool' },
  { name: 'stdout', type: 'Bool' },
  { name: 'tty', type: 'Bool' },
  ...CALLER_COLUMNS,
];

/**
 * Whose a row is and what came with it through Loki's API. `source_kind` = 'push' tells such rows; they also fill log_type, log_source,
 * component, cluster and host from their labels, and `stage` only when they are audit events of the tenant 'audit'.
 */
export const PUSH_COLUMNS: readonly Column[] = [
  // What was collected, and everything where tenants are not asked for, belongs to 'audit'.
  { name: 'tenant', type: LOW, default: "'audit'" },
  // Empty for what was collected, and so they cost nothing there: with dictionaries and ZSTD they took a tenth of an import.
  sparse('labels', 'Map(String, String)'),
  sparse('metadata', 'Map(String, String)'),
];

export const RECORDS: Table = {
  name: 'records',
  engine: 'MergeTree',
  partitionBy: 'toDate(time)',
  primaryKey: ['time'],
  orderBy: ['time', 'record_id'],
  columns: [
    // T64 with LZ4 reads twice as fast as Delta with ZSTD for a tenth more space; nearly every question reads the time.
    { name: 'time', type: "DateTime64(9, 'UTC')", codec: 'T64, LZ4', blockBytes: SMALL_BLOCKS },
    { name: 'record_id', type: 'FixedString(16)', blockBytes: SMALL_BLOCKS },
    { name: 'arrival', type: "DateTime64(6, 'UTC')", codec: `Delta, ${DENSE}` },
    // stageTimestamp - requestReceivedTimestamp in microseconds; -1 when either is unknown.
    { name: 'duration_us', type: 'Int64', codec: 'T64, LZ4', blockBytes: SMALL_BLOCKS },
    low('cluster'),
    low('host'),
    low('component'),
    low('log_type'),
    low('log_source'),
    low('source_kind'),
    low('source'),
    { name: 'position', type: 'UInt64', codec: `Delta, ${DENSE}` },
    { name: 'batch', type: 'UInt64', codec: `Delta, ${DENSE}` },
    // The number of the source inside its segment: lets a replayed batch be counted exactly.
    sparse('batch_source', 'UInt16'),
    ...FIELD_COLUMNS,
    // The request URI where there is no resource: what a table shows instead, without reading all URIs.
    sparse('path'),
    low('decision'),
    low('reason'),
    low('auth_binding'),
    low('auth_role'),
    low('auth_subject'),
    // Without decision and reason, which have columns of their own.
    { name: 'annotations', type: `Map(${LOW}, String)`, codec: DENSE },
    sparse('latency_total_us', 'Int64'),
    sparse('latency_etcd_us', 'Int64'),
    // Bytes of the line: sizes are summed without reading lines.
    { name: 'line_bytes', type: 'UInt32', codec: 'T64, LZ4' },
    { name: 'truncated', type: 'Bool' },
    { name: 'finished', type: 'Bool' },
    FOR_SESSIONS,
    // Shared by the started and the finished record of one long-running request, 0 for all others: what started and has no end is open.
    sparse('request_key', 'UInt64'),
    ...PUSH_COLUMNS,
    text('line'),
  ],
  indexes: [
    'audit_id_bloom audit_id TYPE bloom_filter(0.01) GRANULARITY 4',
    'batch_range batch TYPE minmax GRANULARITY 1',
  ],
  // Horizontal merges cost a third of vertical ones here (docs/design/0004-merges.md).
  settings: {
    index_granularity: 1024,
    index_granularity_bytes: 2_097_152,
    enable_vertical_merge_algorithm: 0,
    min_bytes_for_wide_part: 134_217_728,
    // What an import leaves is merged at one go instead of over and over; small blocks keep that within the memory of an import.
    max_parts_to_merge_at_once: 64,
    merge_max_block_size: 1024,
  },
};

/**
 * One batch on its way into `records`: the same columns in the same order, so that a batch which holds nothing twice is
 * moved there part by part. A row of 1970-01-01T00:00:00Z waits for core/formats, or for quarantine when `status_reason`
 * (the reason) is not empty.
 */
export const STAGING: Table = {
  ...RECORDS,
  name: 'staging',
  // Its parts are moved or dropped within a second; merging them would be in vain.
  settings: { ...RECORDS.settings, old_parts_lifetime: 1, max_bytes_to_merge_at_max_space_in_pool: 1 },
};

/** Lines that are no record, with the reason; each once. */
export const QUARANTINE: Table = {
  name: 'quarantine',
  engine: 'MergeTree',
  partitionBy: 'toYYYYMM(arrival)',
  orderBy: ['line_id'],
  columns: [
    { name: 'line_id', type: 'FixedString(16)' },
    { name: 'arrival', type: "DateTime64(6, 'UTC')" },
    low('cluster'),
    low('host'),
    low('component'),
    low('source'),
    { name: 'position', type: 'UInt64' },
    { name: 'batch', type: 'UInt64' },
    text('reason'),
    text('line'),
  ],
  settings: { index_granularity: 1024 },
};

/** A later sighting of a stored record that knows more about where it came from. */
export const SIGHTINGS: Table = {
  name: 'sightings',
  engine: 'MergeTree',
  partitionBy: 'toYYYYMM(time)',
  orderBy: ['record_id'],
  columns: [
    { name: 'record_id', type: 'FixedString(16)' },
    { name: 'time', type: "DateTime64(9, 'UTC')" },
    low('host'),
    low('component'),
    low('source'),
    { name: 'position', type: 'UInt64' },
  ],
};

/** Lines that came and were not stored, per source, summed over all batches; what was stored is counted in `records`. */
export const DISCARDS: Table = {
  name: 'discards',
  engine: 'AggregatingMergeTree',
  orderBy: ['kind', 'name', 'cluster', 'host', 'component'],
  columns: [
    { name: 'kind', type: 'String' },
    { name: 'name', type: 'String' },
    { name: 'cluster', type: 'String' },
    { name: 'host', type: 'String' },
    { name: 'component', type: 'String' },
    { name: 'last_batch', type: 'SimpleAggregateFunction(max, UInt64)' },
    { name: 'duplicate', type: 'SimpleAggregateFunction(sum, UInt64)' },
    { name: 'quarantined', type: 'SimpleAggregateFunction(sum, UInt64)' },
    { name: 'last_arrival', type: "SimpleAggregateFunction(max, DateTime64(6, 'UTC'))" },
  ],
};

export const TABLES: readonly Table[] = [RECORDS, QUARANTINE, SIGHTINGS, DISCARDS];
