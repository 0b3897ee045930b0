CREATE TABLE IF NOT EXISTS records_local ON CLUSTER 'audit' (
  `time` DateTime64(9, 'UTC') CODEC(T64, LZ4) SETTINGS (min_compress_block_size = 16384, max_compress_block_size = 16384),
  `record_id` FixedString(16) CODEC(LZ4) SETTINGS (min_compress_block_size = 16384, max_compress_block_size = 16384),
  `arrival` DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  `duration_us` Int64 CODEC(T64, LZ4) SETTINGS (min_compress_block_size = 16384, max_compress_block_size = 16384),
  `cluster` LowCardinality(String) CODEC(LZ4),
  `host` LowCardinality(String) CODEC(LZ4),
  `component` LowCardinality(String) CODEC(LZ4),
  `log_type` LowCardinality(String) CODEC(LZ4),
  `log_source` LowCardinality(String) CODEC(LZ4),
  `source_kind` LowCardinality(String) CODEC(LZ4),
  `source` LowCardinality(String) CODEC(LZ4),
  `position` UInt64 CODEC(Delta, ZSTD(1)),
  `batch` UInt64 CODEC(Delta, ZSTD(1)),
  `batch_source` UInt16 CODEC(LZ4),
  `level` LowCardinality(String) CODEC(LZ4),
  `stage` LowCardinality(String) CODEC(LZ4),
  `audit_id` String CODEC(ZSTD(1)),
  `request_uri` String CODEC(ZSTD(1)),
  `verb` LowCardinality(String) CODEC(LZ4),
  `username` LowCardinality(String) CODEC(LZ4),
  `user_uid` LowCardinality(String) CODEC(LZ4),
  `user_groups` Array(String) CODEC(ZSTD(1)),
  `impersonated_username` String CODEC(LZ4),
  `impersonated_groups` Array(String) CODEC(LZ4),
  `source_ips` Array(String) CODEC(ZSTD(1)),
  `user_agent` LowCardinality(String) CODEC(LZ4),
  `resource` LowCardinality(String) CODEC(LZ4),
  `subresource` LowCardinality(String) CODEC(LZ4),
  `namespace` LowCardinality(String) CODEC(LZ4),
  `name` String CODEC(LZ4) SETTINGS (min_compress_block_size = 16384, max_compress_block_size = 16384),
  `api_group` LowCardinality(String) CODEC(LZ4),
  `api_version` LowCardinality(String) CODEC(LZ4),
  `code` UInt16 CODEC(LZ4),
  `status_reason` String CODEC(LZ4),
  `exec_command` Array(String) CODEC(LZ4),
  `container` String CODEC(LZ4),
  `stdin` Bool CODEC(LZ4),
  `stdout` Bool CODEC(LZ4),
  `tty` Bool CODEC(LZ4),
  `status_message` String CODEC(LZ4),
  `caller_pod` String CODEC(ZSTD(1)),
  `caller_node` LowCardinality(String) CODEC(LZ4),
  `path` String CODEC(LZ4),
  `decision` LowCardinality(String) CODEC(LZ4),
  `reason` LowCardinality(String) CODEC(LZ4),
  `auth_binding` LowCardinality(String) CODEC(LZ4),
  `auth_role` LowCardinality(String) CODEC(LZ4),
  `auth_subject` LowCardinality(String) CODEC(LZ4),
  `annotations` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `latency_total_us` Int64 CODEC(LZ4),
  `latency_etcd_us` Int64 CODEC(LZ4),
  `line_bytes` UInt32 CODEC(T64, LZ4),
  `truncated` Bool CODEC(LZ4),
  `finished` Bool CODEC(LZ4),
  `for_sessions` Bool CODEC(LZ4),
  `request_key` UInt64 CODEC(LZ4),
  `tenant` LowCardinality(String) DEFAULT 'audit' CODEC(LZ4),
  `labels` Map(String, String) CODEC(LZ4),
  `metadata` Map(String, String) CODEC(LZ4),
  `line` String CODEC(ZSTD(1)),
  INDEX audit_id_bloom audit_id TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX batch_range batch TYPE minmax GRANULARITY 1
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/records', '{replica}')
PARTITION BY toDate(time)
PRIMARY KEY (time)
ORDER BY (time, record_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, min_columns_to_activate_adaptive_write_buffer = 1, index_granularity = 1024, index_granularity_bytes = 2097152, enable_vertical_merge_algorithm = 0, min_bytes_for_wide_part = 134217728, max_parts_to_merge_at_once = 64, merge_max_block_size = 1024;

CREATE TABLE IF NOT EXISTS records ON CLUSTER 'audit' AS records_local ENGINE = Distributed('audit', currentDatabase(), 'records_local', rand());

CREATE TABLE IF NOT EXISTS quarantine_local ON CLUSTER 'audit' (
  `line_id` FixedString(16) CODEC(LZ4),
  `arrival` DateTime64(6, 'UTC') CODEC(LZ4),
  `cluster` LowCardinality(String) CODEC(LZ4),
  `host` LowCardinality(String) CODEC(LZ4),
  `component` LowCardinality(String) CODEC(LZ4),
  `source` LowCardinality(String) CODEC(LZ4),
  `position` UInt64 CODEC(LZ4),
  `batch` UInt64 CODEC(LZ4),
  `reason` String CODEC(ZSTD(1)),
  `line` String CODEC(ZSTD(1))
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/quarantine', '{replica}')
PARTITION BY toYYYYMM(arrival)
ORDER BY (line_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, min_columns_to_activate_adaptive_write_buffer = 1, index_granularity = 1024;

CREATE TABLE IF NOT EXISTS quarantine ON CLUSTER 'audit' AS quarantine_local ENGINE = Distributed('audit', currentDatabase(), 'quarantine_local', rand());

CREATE TABLE IF NOT EXISTS sightings_local ON CLUSTER 'audit' (
  `record_id` FixedString(16) CODEC(LZ4),
  `time` DateTime64(9, 'UTC') CODEC(LZ4),
  `host` LowCardinality(String) CODEC(LZ4),
  `component` LowCardinality(String) CODEC(LZ4),
  `source` LowCardinality(String) CODEC(LZ4),
  `position` UInt64 CODEC(LZ4)
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/sightings', '{replica}')
PARTITION BY toYYYYMM(time)
ORDER BY (record_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, min_columns_to_activate_adaptive_write_buffer = 1;

CREATE TABLE IF NOT EXISTS sightings ON CLUSTER 'audit' AS sightings_local ENGINE = Distributed('audit', currentDatabase(), 'sightings_local', rand());

CREATE TABLE IF NOT EXISTS discards_local ON CLUSTER 'audit' (
  `kind` String CODEC(LZ4),
  `name` String CODEC(LZ4),
  `cluster` String CODEC(LZ4),
  `host` String CODEC(LZ4),
  `component` String CODEC(LZ4),
  `last_batch` SimpleAggregateFunction(max, UInt64) CODEC(LZ4),
  `duplicate` SimpleAggregateFunction(sum, UInt64) CODEC(LZ4),
  `quarantined` SimpleAggregateFunction(sum, UInt64) CODEC(LZ4),
  `last_arrival` SimpleAggregateFunction(max, DateTime64(6, 'UTC')) CODEC(LZ4)
) ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/discards', '{replica}')
ORDER BY (kind, name, cluster, host, component)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, min_columns_to_activate_adaptive_write_buffer = 1;

CREATE TABLE IF NOT EXISTS discards ON CLUSTER 'audit' AS discards_local ENGINE = Distributed('audit', currentDatabase(), 'discards_local', rand());

ALTER TABLE records_local ON CLUSTER 'audit' ADD COLUMN IF NOT EXISTS `tenant` LowCardinality(String) DEFAULT 'audit' CODEC(LZ4) AFTER request_key, ADD COLUMN IF NOT EXISTS `labels` Map(String, String) CODEC(LZ4) AFTER tenant, ADD COLUMN IF NOT EXISTS `metadata` Map(String, String) CODEC(LZ4) AFTER labels;

ALTER TABLE records ON CLUSTER 'audit' ADD COLUMN IF NOT EXISTS `tenant` LowCardinality(String) DEFAULT 'audit' CODEC(LZ4) AFTER request_key, ADD COLUMN IF NOT EXISTS `labels` Map(String, String) CODEC(LZ4) AFTER tenant, ADD COLUMN IF NOT EXISTS `metadata` Map(String, String) CODEC(LZ4) AFTER labels;

CREATE TABLE IF NOT EXISTS odd_rows_local ON CLUSTER 'audit' (
  `time` DateTime64(9, 'UTC') CODEC(LZ4),
  `batch` UInt64 CODEC(LZ4)
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/odd_rows', '{replica}')
PARTITION BY toYYYYMM(time)
ORDER BY (time)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, min_columns_to_activate_adaptive_write_buffer = 1;

CREATE TABLE IF NOT EXISTS odd_rows ON CLUSTER 'audit' AS odd_rows_local ENGINE = Distributed('audit', currentDatabase(), 'odd_rows_local', rand());

CREATE TABLE IF NOT EXISTS row_checks_local ON CLUSTER 'audit' (
  `batch` UInt64 CODEC(LZ4),
  `pushed` UInt64 CODEC(LZ4),
  `first_pushed` DateTime64(9, 'UTC') CODEC(LZ4),
  `last_pushed` DateTime64(9, 'UTC') CODEC(LZ4)
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/row_checks', '{replica}')
ORDER BY (batch)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, min_columns_to_activate_adaptive_write_buffer = 1;

CREATE TABLE IF NOT EXISTS row_checks ON CLUSTER 'audit' AS row_checks_local ENGINE = Distributed('audit', currentDatabase(), 'row_checks_local', rand());

ALTER TABLE records_local ON CLUSTER 'audit' ADD COLUMN IF NOT EXISTS `status_message` String CODEC(LZ4) AFTER tty, ADD COLUMN IF NOT EXISTS `caller_pod` String CODEC(ZSTD(1)) AFTER status_message, ADD COLUMN IF NOT EXISTS `caller_node` LowCardinality(String) CODEC(LZ4) AFTER caller_pod;

ALTER TABLE records ON CLUSTER 'audit' ADD COLUMN IF NOT EXISTS `status_message` String CODEC(LZ4) AFTER tty, ADD COLUMN IF NOT EXISTS `caller_pod` String CODEC(ZSTD(1)) AFTER status_message, ADD COLUMN IF NOT EXISTS `caller_node` LowCardinality(String) CODEC(LZ4) AFTER caller_pod;

ALTER TABLE records_local ON CLUSTER 'audit' ADD COLUMN IF NOT EXISTS `for_sessions` Bool CODEC(LZ4) AFTER finished;

ALTER TABLE records ON CLUSTER 'audit' ADD COLUMN IF NOT EXISTS `for_sessions` Bool CODEC(LZ4) AFTER finished;

TRUNCATE TABLE row_checks_local ON CLUSTER 'audit';

TRUNCATE TABLE odd_rows_local ON CLUSTER 'audit';

DROP TABLE IF EXISTS session_records ON CLUSTER 'audit' SYNC;

DROP TABLE IF EXISTS session_records_local ON CLUSTER 'audit' SYNC;

CREATE TABLE IF NOT EXISTS session_records_local ON CLUSTER 'audit' (
  `time` DateTime64(9, 'UTC') CODEC(T64, LZ4),
  `record_id` FixedString(16) CODEC(LZ4),
  `batch` UInt64 CODEC(Delta, ZSTD(1)),
  `request_received` DateTime64(9, 'UTC') CODEC(T64, LZ4),
  `cluster` LowCardinality(String) CODEC(LZ4),
  `stage` LowCardinality(String) CODEC(LZ4),
  `code` UInt16 CODEC(LZ4),
  `audit_id` String CODEC(ZSTD(1)),
  `request_uri` String CODEC(ZSTD(1)),
  `verb` LowCardinality(String) CODEC(LZ4),
  `username` LowCardinality(String) CODEC(LZ4),
  `impersonated_username` String CODEC(LZ4),
  `resource` LowCardinality(String) CODEC(LZ4),
  `subresource` LowCardinality(String) CODEC(LZ4),
  `namespace` LowCardinality(String) CODEC(LZ4),
  `name` String CODEC(LZ4),
  `login_decision` LowCardinality(String) CODEC(LZ4),
  `login_name` String CODEC(LZ4),
  `starting` Bool CODEC(LZ4),
  `packed` String CODEC(ZSTD(1))
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/session_records', '{replica}')
PARTITION BY toDate(time)
PRIMARY KEY (subresource, time)
ORDER BY (subresource, time, record_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 480, min_columns_to_activate_adaptive_write_buffer = 1, index_granularity = 1024;

CREATE TABLE IF NOT EXISTS session_records ON CLUSTER 'audit' AS session_records_local ENGINE = Distributed('audit', currentDatabase(), 'session_records_local', rand());

INSERT INTO session_records (time, record_id, batch, request_received, cluster, stage, code, audit_id, request_uri, verb, username, impersonated_username, resource, subresource, namespace, name, login_decision, login_name, starting, packed) SELECT time, record_id, batch, request_received, cluster, stage, code, audit_id, request_uri, verb, username, impersonated_username, resource, subresource, namespace, name, login_decision, login_name, starting, toJSONString(tuple(toString(toUnixTimestamp64Nano(event_time)), lower(hex(record_id)), toString(toUnixTimestamp64Nano(request_received)), cluster, stage, code, audit_id, request_uri, verb, username, impersonated_username, resource, subresource, namespace, name, login_decision, login_name, toBool(starting), host, component, level, user_groups, impersonated_groups, source_ips, user_agent, container, exec_command, toBool(stdin), toBool(stdout), toBool(tty), decision, reason, message, caller_pod, caller_node, spec, binding_target, managed_by, debug_source)) FROM (SELECT out_time AS time, out_record_id AS record_id, out_batch AS batch, out_request_received AS request_received, out_cluster AS cluster, out_stage AS stage, out_code AS code, out_audit_id AS audit_id, out_request_uri AS request_uri, out_verb AS verb, out_username AS username, out_impersonated_username AS impersonated_username, out_resource AS resource, out_subresource AS subresource, out_namespace AS namespace, out_name AS name, out_login_decision AS login_decision, out_login_name AS login_name, out_starting AS starting, out_event_time AS event_time, out_host AS host, out_component AS component, out_level AS level, out_user_groups AS user_groups, out_impersonated_groups AS impersonated_groups, out_source_ips AS source_ips, out_user_agent AS user_agent, out_container AS container, out_exec_command AS exec_command, out_stdin AS stdin, out_stdout AS stdout, out_tty AS tty, out_decision AS decision, out_reason AS reason, out_message AS message, out_caller_pod AS caller_pod, out_caller_node AS caller_node, out_spec AS spec, out_binding_target AS binding_target, out_managed_by AS managed_by, out_debug_source AS debug_source FROM (SELECT
  time AS out_time,
  record_id AS out_record_id,
  batch AS out_batch,
  parseDateTime64BestEffortOrZero(JSONExtractString(event, 'requestReceivedTimestamp'), 9, 'UTC') AS out_request_received,
  cluster AS out_cluster,
  stage AS out_stage,
  code AS out_code,
  audit_id AS out_audit_id,
  request_uri AS out_request_uri,
  verb AS out_verb,
  username AS out_username,
  impersonated_username AS out_impersonated_username,
  resource AS out_resource,
  subresource AS out_subresource,
  namespace AS out_namespace,
  if(bitAnd(name = '', subresource = ''), coalesce(nullIf(JSONExtractString(event, 'responseObject', 'metadata', 'name'), ''), nullIf(JSONExtractString(event, 'requestObject', 'metadata', 'name'), ''), ''), name) AS out_name,
  annotations['authentication.openshift.io/decision'] AS out_login_decision,
  annotations['authentication.openshift.io/username'] AS out_login_name,
  bitOr(mapContains(annotations, 'apiserver.k8s.io/startup'), bitOr(mapContains(annotations, 'openshift.io/unready'), bitAnd(resource = 'clusterroles', bitAnd(subresource = '', bitAnd(verb = 'get', bitAnd(name = 'cluster-admin', username = 'system:apiserver')))))) AS out_starting,
  if(bitAnd(source_kind = 'push', bitAnd(parseDateTime64BestEffortOrZero(JSONExtractString(event, 'stageTimestamp'), 9, 'UTC') > '2014-01-01 00:00:00', parseDateTime64BestEffortOrZero(JSONExtractString(event, 'stageTimestamp'), 9, 'UTC') < time + toIntervalDay(1))), parseDateTime64BestEffortOrZero(JSONExtractString(event, 'stageTimestamp'), 9, 'UTC'), time) AS out_event_time,
  host AS out_host,
  component AS out_component,
  level AS out_level,
  user_groups AS out_user_groups,
  impersonated_groups AS out_impersonated_groups,
  source_ips AS out_source_ips,
  user_agent AS out_user_agent,
  container AS out_container,
  exec_command AS out_exec_command,
  stdin AS out_stdin,
  stdout AS out_stdout,
  tty AS out_tty,
  decision AS out_decision,
  reason AS out_reason,
  if(code >= 400, JSONExtractString(event, 'responseStatus', 'message'), '') AS out_message,
  JSONExtractString(event, 'user', 'extra', 'authentication.kubernetes.io/pod-name', 1) AS out_caller_pod,
  JSONExtractString(event, 'user', 'extra', 'authentication.kubernetes.io/node-name', 1) AS out_caller_node,
  if(has_body, multiIf(bitAnd(subresource = 'ephemeralcontainers', startsWith(asked, '{')), asked, startsWith(answered, '{'), answered, startsWith(asked, '{'), asked, ''), '') AS out_spec,
  if(bitAnd(subresource = 'binding', has_body), JSONExtractString(event, 'requestObject', 'target', 'name'), '') AS out_binding_target,
  if(has_body, coalesce(nullIf(JSONExtractString(event, 'responseObject', 'metadata', 'labels', 'debug.openshift.io/managed-by'), ''), nullIf(JSONExtractString(event, 'responseObject', 'metadata', 'labels', 'app.kubernetes.io/managed-by'), ''), nullIf(JSONExtractString(event, 'requestObject', 'metadata', 'labels', 'debug.openshift.io/managed-by'), ''), nullIf(JSONExtractString(event, 'requestObject', 'metadata', 'labels', 'app.kubernetes.io/managed-by'), ''), ''), '') AS out_managed_by,
  if(has_body, coalesce(nullIf(JSONExtractString(event, 'responseObject', 'metadata', 'annotations', 'debug.openshift.io/source-resource'), ''), nullIf(JSONExtractString(event, 'requestObject', 'metadata', 'annotations', 'debug.openshift.io/source-resource'), ''), ''), '') AS out_debug_source
FROM (SELECT *, JSONExtractRaw(event, 'requestObject', 'spec') AS asked, JSONExtractRaw(event, 'responseObject', 'spec') AS answered
FROM (SELECT *, if(startsWith(line, '{'), line, substring(line, position(line, '{'))) AS event
FROM (SELECT *, bitOr(subresource = 'ephemeralcontainers', bitAnd(verb = 'create', subresource IN ('', 'binding'))) AS has_body FROM records WHERE bitAnd(stage != 'RequestReceived', bitOr(bitAnd(api_group = '', bitAnd(resource = 'pods', bitOr(subresource = 'exec', bitOr(subresource = 'attach', bitOr(subresource = 'portforward', subresource = 'ephemeralcontainers'))))), bitOr(bitAnd(api_group = '', bitAnd(resource = 'pods', bitAnd(subresource = '', bitOr(verb = 'create', verb = 'delete')))), bitOr(bitAnd(api_group = '', bitAnd(resource = 'pods', bitAnd(subresource = 'binding', verb = 'create'))), bitOr(bitAnd(api_group = '', bitAnd(resource = 'pods', bitAnd(subresource = 'status', bitAnd(bitOr(verb = 'patch', verb = 'update'), startsWith(username, 'system:node:'))))), bitOr(bitAnd(resource = 'nodes', match(request_uri, '(?-s)^/api/v1/(nodes/[^?]*/proxy/|proxy/nodes/)[^?]*(exec|run|attach|portForward|%)')), bitOr(bitAnd(api_group = '', bitAnd(bitOr(resource = 'pods', resource = 'nodes'), bitAnd(subresource = '', bitAnd(verb = 'get', code IN (403))))), bitOr(mapContains(annotations, 'authentication.openshift.io/decision'), bitOr(mapContains(annotations, 'apiserver.k8s.io/startup'), bitOr(mapContains(annotations, 'openshift.io/unready'), bitAnd(resource = 'clusterroles', bitAnd(subresource = '', bitAnd(verb = 'get', bitAnd(name = 'cluster-admin', username = 'system:apiserver')))))))))))))) AND (time, record_id) NOT IN (SELECT time, record_id FROM session_records))))))
SETTINGS max_threads = 2, max_insert_threads = 1, max_partitions_per_insert_block = 0, max_execution_time = 0, output_format_json_escape_forward_slashes = 0;
