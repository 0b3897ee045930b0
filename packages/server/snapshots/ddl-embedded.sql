CREATE TABLE IF NOT EXISTS records (
  `time` DateTime64(9, 'UTC') CODEC(T64, LZ4),
  `record_id` FixedString(16),
  `arrival` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `duration_us` Int64 CODEC(T64, LZ4),
  `cluster` LowCardinality(String),
  `host` LowCardinality(String),
  `component` LowCardinality(String),
  `log_type` LowCardinality(String),
  `log_source` LowCardinality(String),
  `source_kind` LowCardinality(String),
  `source` LowCardinality(String),
  `position` UInt64 CODEC(Delta, ZSTD(1)),
  `batch` UInt64 CODEC(Delta, ZSTD(1)),
  `batch_source` UInt16 CODEC(ZSTD(1)),
  `level` LowCardinality(String),
  `stage` LowCardinality(String),
  `audit_id` String CODEC(ZSTD(1)),
  `request_uri` String CODEC(ZSTD(1)),
  `verb` LowCardinality(String),
  `username` LowCardinality(String),
  `user_uid` LowCardinality(String),
  `user_groups` Array(String) CODEC(ZSTD(1)),
  `impersonated_username` String CODEC(ZSTD(1)),
  `impersonated_groups` Array(String) CODEC(ZSTD(1)),
  `source_ips` Array(String) CODEC(ZSTD(1)),
  `user_agent` LowCardinality(String),
  `resource` LowCardinality(String),
  `subresource` LowCardinality(String),
  `namespace` LowCardinality(String),
  `name` String CODEC(LZ4),
  `api_group` LowCardinality(String),
  `api_version` LowCardinality(String),
  `code` UInt16,
  `status_reason` String CODEC(ZSTD(1)),
  `exec_command` Array(String) CODEC(ZSTD(1)),
  `container` String CODEC(ZSTD(1)),
  `stdin` Bool,
  `stdout` Bool,
  `tty` Bool,
  `path` String CODEC(ZSTD(1)),
  `decision` LowCardinality(String),
  `reason` LowCardinality(String),
  `auth_binding` LowCardinality(String),
  `auth_role` LowCardinality(String),
  `auth_subject` LowCardinality(String),
  `annotations` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `latency_total_us` Int64 CODEC(ZSTD(1)),
  `latency_etcd_us` Int64 CODEC(ZSTD(1)),
  `line_bytes` UInt32 CODEC(T64, LZ4),
  `truncated` Bool,
  `finished` Bool,
  `request_key` UInt64 CODEC(ZSTD(1)),
  `line` String CODEC(ZSTD(1)),
  INDEX audit_id_bloom audit_id TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX batch_range batch TYPE minmax GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toDate(time)
PRIMARY KEY (time)
ORDER BY (time, record_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 1024, enable_vertical_merge_algorithm = 0, min_bytes_for_wide_part = 268435456, merge_selector_base = 10;

CREATE TABLE IF NOT EXISTS quarantine (
  `line_id` FixedString(16),
  `arrival` DateTime64(6, 'UTC'),
  `cluster` LowCardinality(String),
  `host` LowCardinality(String),
  `component` LowCardinality(String),
  `source` LowCardinality(String),
  `position` UInt64,
  `batch` UInt64,
  `reason` String CODEC(ZSTD(1)),
  `line` String CODEC(ZSTD(1))
) ENGINE = MergeTree
PARTITION BY toYYYYMM(arrival)
ORDER BY (line_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, index_granularity = 1024;

CREATE TABLE IF NOT EXISTS sightings (
  `record_id` FixedString(16),
  `time` DateTime64(9, 'UTC'),
  `host` LowCardinality(String),
  `component` LowCardinality(String),
  `source` LowCardinality(String),
  `position` UInt64
) ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (record_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE TABLE IF NOT EXISTS discards (
  `kind` String,
  `name` String,
  `cluster` String,
  `host` String,
  `component` String,
  `last_batch` SimpleAggregateFunction(max, UInt64),
  `duplicate` SimpleAggregateFunction(sum, UInt64),
  `quarantined` SimpleAggregateFunction(sum, UInt64),
  `last_arrival` SimpleAggregateFunction(max, DateTime64(6, 'UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY (kind, name, cluster, host, component)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480;

CREATE TABLE IF NOT EXISTS staging (
  `time` DateTime64(9, 'UTC') CODEC(T64, LZ4),
  `record_id` FixedString(16),
  `arrival` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `duration_us` Int64 CODEC(T64, LZ4),
  `cluster` LowCardinality(String),
  `host` LowCardinality(String),
  `component` LowCardinality(String),
  `log_type` LowCardinality(String),
  `log_source` LowCardinality(String),
  `source_kind` LowCardinality(String),
  `source` LowCardinality(String),
  `position` UInt64 CODEC(Delta, ZSTD(1)),
  `batch` UInt64 CODEC(Delta, ZSTD(1)),
  `batch_source` UInt16 CODEC(ZSTD(1)),
  `level` LowCardinality(String),
  `stage` LowCardinality(String),
  `audit_id` String CODEC(ZSTD(1)),
  `request_uri` String CODEC(ZSTD(1)),
  `verb` LowCardinality(String),
  `username` LowCardinality(String),
  `user_uid` LowCardinality(String),
  `user_groups` Array(String) CODEC(ZSTD(1)),
  `impersonated_username` String CODEC(ZSTD(1)),
  `impersonated_groups` Array(String) CODEC(ZSTD(1)),
  `source_ips` Array(String) CODEC(ZSTD(1)),
  `user_agent` LowCardinality(String),
  `resource` LowCardinality(String),
  `subresource` LowCardinality(String),
  `namespace` LowCardinality(String),
  `name` String CODEC(LZ4),
  `api_group` LowCardinality(String),
  `api_version` LowCardinality(String),
  `code` UInt16,
  `status_reason` String CODEC(ZSTD(1)),
  `exec_command` Array(String) CODEC(ZSTD(1)),
  `container` String CODEC(ZSTD(1)),
  `stdin` Bool,
  `stdout` Bool,
  `tty` Bool,
  `path` String CODEC(ZSTD(1)),
  `decision` LowCardinality(String),
  `reason` LowCardinality(String),
  `auth_binding` LowCardinality(String),
  `auth_role` LowCardinality(String),
  `auth_subject` LowCardinality(String),
  `annotations` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `latency_total_us` Int64 CODEC(ZSTD(1)),
  `latency_etcd_us` Int64 CODEC(ZSTD(1)),
  `line_bytes` UInt32 CODEC(T64, LZ4),
  `truncated` Bool,
  `finished` Bool,
  `request_key` UInt64 CODEC(ZSTD(1)),
  `line` String CODEC(ZSTD(1)),
  INDEX audit_id_bloom audit_id TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX batch_range batch TYPE minmax GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toDate(time)
PRIMARY KEY (time)
ORDER BY (time, record_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 1024, enable_vertical_merge_algorithm = 0, min_bytes_for_wide_part = 268435456, merge_selector_base = 10;
