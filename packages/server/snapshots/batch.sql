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
  `batch_source` UInt16 CODEC(LZ4),
  `level` LowCardinality(String),
  `stage` LowCardinality(String),
  `audit_id` String CODEC(ZSTD(1)),
  `request_uri` String CODEC(ZSTD(1)),
  `verb` LowCardinality(String),
  `username` LowCardinality(String),
  `user_uid` LowCardinality(String),
  `user_groups` Array(String) CODEC(ZSTD(1)),
  `impersonated_username` String CODEC(LZ4),
  `impersonated_groups` Array(String) CODEC(LZ4),
  `source_ips` Array(String) CODEC(ZSTD(1)),
  `user_agent` LowCardinality(String),
  `resource` LowCardinality(String),
  `subresource` LowCardinality(String),
  `namespace` LowCardinality(String),
  `name` String CODEC(LZ4),
  `api_group` LowCardinality(String),
  `api_version` LowCardinality(String),
  `code` UInt16,
  `status_reason` String CODEC(LZ4),
  `exec_command` Array(String) CODEC(LZ4),
  `container` String CODEC(LZ4),
  `stdin` Bool,
  `stdout` Bool,
  `tty` Bool,
  `status_message` String CODEC(LZ4),
  `caller_pod` String CODEC(ZSTD(1)),
  `caller_node` LowCardinality(String),
  `path` String CODEC(LZ4),
  `decision` LowCardinality(String),
  `reason` LowCardinality(String),
  `auth_binding` LowCardinality(String),
  `auth_role` LowCardinality(String),
  `auth_subject` LowCardinality(String),
  `annotations` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `latency_total_us` Int64 CODEC(LZ4),
  `latency_etcd_us` Int64 CODEC(LZ4),
  `line_bytes` UInt32 CODEC(T64, LZ4),
  `truncated` Bool,
  `finished` Bool,
  `for_sessions` Bool,
  `request_key` UInt64 CODEC(LZ4),
  `tenant` LowCardinality(String) DEFAULT 'audit',
  `labels` Map(String, String) CODEC(LZ4),
  `metadata` Map(String, String) CODEC(LZ4),
  `line` String CODEC(ZSTD(1)),
  INDEX audit_id_bloom audit_id TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX batch_range batch TYPE minmax GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toDate(time)
PRIMARY KEY (time)
ORDER BY (time, record_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 1024, enable_vertical_merge_algorithm = 0, min_bytes_for_wide_part = 134217728, max_parts_to_merge_at_once = 12, max_bytes_to_merge_at_max_space_in_pool = 1;

INSERT INTO staging (time, record_id, arrival, cluster, host, component, log_type, log_source, source_kind, source, position, batch, batch_source, level, stage, audit_id, request_uri, verb, username, user_uid, user_groups, impersonated_username, impersonated_groups, source_ips, user_agent, resource, subresource, namespace, name, api_group, api_version, code, status_reason, exec_command, container, stdin, stdout, tty, status_message, caller_pod, caller_node, duration_us, path, decision, reason, auth_binding, auth_role, auth_subject, latency_total_us, latency_etcd_us, line_bytes, truncated, finished, for_sessions, request_key, annotations, line) SELECT
  time AS out_time,
  record_id AS out_record_id,
  fromUnixTimestamp64Micro(arrival, 'UTC') AS out_arrival,
  ['','test','it\'s'][source + 1] AS out_cluster,
  ['','master-0','master-1'][source + 1] AS out_host,
  'kube-apiserver' AS out_component,
  'audit' AS out_log_type,
  'kubeAPI' AS out_log_source,
  'import' AS out_source_kind,
  'test.log' AS out_source,
  position AS out_position,
  7 AS out_batch,
  if(source = 0, 0, [0,1,2][source + 1]) AS out_batch_source,
  level AS out_level,
  stage AS out_stage,
  audit_id AS out_audit_id,
  request_uri AS out_request_uri,
  verb AS out_verb,
  username AS out_username,
  user_uid AS out_user_uid,
  user_groups AS out_user_groups,
  impersonated_username AS out_impersonated_username,
  impersonated_groups AS out_impersonated_groups,
  source_ips AS out_source_ips,
  user_agent AS out_user_agent,
  resource AS out_resource,
  subresource AS out_subresource,
  namespace AS out_namespace,
  name AS out_name,
  api_group AS out_api_group,
  api_version AS out_api_version,
  code AS out_code,
  status_reason AS out_status_reason,
  exec_command AS out_exec_command,
  container AS out_container,
  stdin AS out_stdin,
  stdout AS out_stdout,
  tty AS out_tty,
  status_message AS out_status_message,
  caller_pod AS out_caller_pod,
  caller_node AS out_caller_node,
  if(toUnixTimestamp64Nano(request_received) = 0, -1, intDiv(toUnixTimestamp64Nano(time) - toUnixTimestamp64Nano(request_received), 1000)) AS out_duration_us,
  if(resource = '', request_uri, '') AS out_path,
  annotations['authorization.k8s.io/decision'] AS out_decision,
  reason AS out_reason,
  extract(reason, '^RBAC: allowed by (?:Cluster)?RoleBinding "([^"]*)"') AS out_auth_binding,
  extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of (?:Cluster)?Role "([^"]*)"') AS out_auth_role,
  extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of [^"]*"[^"]*" to (.*)$') AS out_auth_subject,
  if(annotations['apiserver.latency.k8s.io/total'] = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(annotations['apiserver.latency.k8s.io/total'], '([0-9.]+)(h|ms|m|µs|us|ns|s)'))))) AS out_latency_total_us,
  if(annotations['apiserver.latency.k8s.io/etcd'] = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(annotations['apiserver.latency.k8s.io/etcd'], '([0-9.]+)(h|ms|m|µs|us|ns|s)'))))) AS out_latency_etcd_us,
  length(line) AS out_line_bytes,
  annotations['audit.k8s.io/truncated'] = 'true' AS out_truncated,
  bitOr(stage IN ('ResponseComplete', 'Panic'), bitAnd(stage = 'ResponseStarted', code = 401)) AS out_finished,
  bitAnd(plain, bitAnd(stage != 'RequestReceived', bitOr(bitAnd(resource = 'pods', bitOr(subresource = 'exec', bitOr(subresource = 'attach', bitOr(subresource = 'portforward', subresource = 'ephemeralcontainers')))), bitOr(bitAnd(resource = 'pods', bitAnd(subresource = '', bitOr(verb = 'create', verb = 'delete'))), bitOr(bitAnd(resource = 'pods', bitAnd(subresource = 'binding', verb = 'create')), bitOr(bitAnd(resource = 'pods', bitAnd(subresource = 'status', bitAnd(bitOr(verb = 'patch', verb = 'update'), startsWith(username, 'system:node:')))), bitOr(bitAnd(resource = 'nodes', match(request_uri, '(?-s)^/api/v1/(nodes/[^?]*/proxy/|proxy/nodes/)[^?]*(exec|run|attach|portForward|%)')), bitOr(bitAnd(bitOr(resource = 'pods', resource = 'nodes'), bitAnd(subresource = '', bitAnd(verb = 'get', code IN (403)))), bitOr(mapContains(annotations, 'authentication.openshift.io/decision'), bitOr(mapContains(annotations, 'apiserver.k8s.io/startup'), bitOr(mapContains(annotations, 'openshift.io/unready'), bitAnd(resource = 'clusterroles', bitAnd(subresource = '', bitAnd(verb = 'get', bitAnd(name = 'cluster-admin', username = 'system:apiserver'))))))))))))))) AS out_for_sessions,
  if(bitAnd(stage != 'RequestReceived', bitOr(verb IN ('watch', 'proxy'), bitOr(subresource IN ('exec', 'attach', 'portforward', 'proxy', 'log'), startsWith(request_uri, '/debug/pprof')))), sipHash64(toString(['','test','it\'s'][source + 1]), audit_id, toString(username), request_uri), 0) AS out_request_key,
  mapFilter((key, value) -> key NOT IN ('authorization.k8s.io/decision', 'authorization.k8s.io/reason'), annotations) AS out_annotations,
  line AS out_line
FROM (SELECT *, toLowCardinality(annotations['authorization.k8s.io/reason']) AS reason FROM (SELECT *,
  if(plain, ifNull(at, toDateTime64(0, 9, 'UTC')), toDateTime64(0, 9, 'UTC')) AS time,
  ifNull(parseDateTime64BestEffortOrNull(received, 9, 'UTC'), toDateTime64(0, 9, 'UTC')) AS request_received,
  if(plain, answer_reason, problem) AS status_reason,
  arrayMap(pair -> decodeURLFormComponent(substring(pair, 9)), arrayFilter(pair -> startsWith(pair, 'command='), pairs)) AS exec_command, arrayMap(pair -> decodeURLFormComponent(substring(pair, 11)), arrayFilter(pair -> startsWith(pair, 'container='), pairs))[1] AS container,
  bitAnd(notEmpty(stdin_values), lower(stdin_values[1]) NOT IN ('0', 'false')) AS stdin, bitAnd(notEmpty(stdout_values), lower(stdout_values[1]) NOT IN ('0', 'false')) AS stdout, bitAnd(notEmpty(tty_values), lower(tty_values[1]) NOT IN ('0', 'false')) AS tty,
  toFixedString(substring(SHA256(concat(['','test','it\'s'][source + 1], '\n', line)), 1, 16), 16) AS record_id
FROM (SELECT *, arrayMap(pair -> decodeURLFormComponent(substring(pair, 7)), arrayFilter(pair -> startsWith(pair, 'stdin='), pairs)) AS stdin_values, arrayMap(pair -> decodeURLFormComponent(substring(pair, 8)), arrayFilter(pair -> startsWith(pair, 'stdout='), pairs)) AS stdout_values, arrayMap(pair -> decodeURLFormComponent(substring(pair, 5)), arrayFilter(pair -> startsWith(pair, 'tty='), pairs)) AS tty_values FROM (SELECT *, bitAnd(source > 0, bitAnd(problem = '', bitAnd(kind = 'Event', bitAnd(event_version = 'audit.k8s.io/v1', bitAnd(stage IN ('RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'), bitAnd(code < 1000, bitAnd(match(stage_time, '^20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{6}Z$'), bitAnd(bitOr(received = '', match(received, '^20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{6}Z$')), bitAnd(NOT match(request_uri, '^/api/v1/(nodes/[^/]+/proxy|proxy/nodes/[^/]+)/(exec|run|attach|portForward|cri)'), bitAnd(position(cutQueryString(request_uri), '%') = 0, bitAnd(bitOr(stream_query = '', bitAnd(match(stream_query, '^([A-Za-z]+=([^&;#%]|%[0-9A-Fa-f]{2})*(&|$))*$'), isValidUTF8(decodeURLFormComponent(stream_query)))), bitAnd(bitOr(resource != '', NOT match(request_uri, '^/*(o?api|apis/[^/?]*)/[^/?]*/')), bitAnd(length(annotations) = length(arrayDistinct(mapKeys(annotations))), bitAnd(at IS NOT NULL, bitAnd(toUnixTimestamp64Second(ifNull(at, toDateTime64(0, 9, 'UTC'))) >= 1388534400, toUnixTimestamp64Second(ifNull(at, toDateTime64(0, 9, 'UTC'))) <= 1763586400))))))))))))))) AS plain,
  splitByChar('&', stream_query) AS pairs FROM (SELECT *, tupleElement(extra, 'authentication.kubernetes.io/pod-name')[1] AS caller_pod, tupleElement(extra, 'authentication.kubernetes.io/node-name')[1] AS caller_node, parseDateTime64BestEffortOrNull(stage_time, 9, 'UTC') AS at,
  if(match(request_uri, '^/api/v1/namespaces/[^/?]+/pods/[^/?]+/(exec|attach|portforward)(\\?|$)') AND position(request_uri, '?') > 0, substring(request_uri, position(request_uri, '?') + 1), '') AS stream_query FROM (SELECT source, position, arrival, problem, line, tupleElement(t, 'kind') AS kind, tupleElement(t, 'apiVersion') AS event_version, tupleElement(t, 'level') AS level, tupleElement(t, 'auditID') AS audit_id, tupleElement(t, 'stage') AS stage, tupleElement(t, 'requestURI') AS request_uri, tupleElement(t, 'verb') AS verb, tupleElement(tupleElement(t, 'user'), 'username') AS username, tupleElement(tupleElement(t, 'user'), 'uid') AS user_uid, tupleElement(tupleElement(t, 'user'), 'groups') AS user_groups, tupleElement(tupleElement(t, 'user'), 'extra') AS extra, tupleElement(tupleElement(t, 'impersonatedUser'), 'username') AS impersonated_username, tupleElement(tupleElement(t, 'impersonatedUser'), 'groups') AS impersonated_groups, tupleElement(t, 'sourceIPs') AS source_ips, tupleElement(t, 'userAgent') AS user_agent, tupleElement(tupleElement(t, 'objectRef'), 'resource') AS resource, tupleElement(tupleElement(t, 'objectRef'), 'namespace') AS namespace, tupleElement(tupleElement(t, 'objectRef'), 'name') AS name, tupleElement(tupleElement(t, 'objectRef'), 'apiGroup') AS api_group, tupleElement(tupleElement(t, 'objectRef'), 'apiVersion') AS api_version, tupleElement(tupleElement(t, 'objectRef'), 'subresource') AS subresource, tupleElement(tupleElement(t, 'responseStatus'), 'code') AS code, tupleElement(tupleElement(t, 'responseStatus'), 'reason') AS answer_reason, tupleElement(tupleElement(t, 'responseStatus'), 'message') AS status_message, tupleElement(t, 'requestReceivedTimestamp') AS received, tupleElement(t, 'stageTimestamp') AS stage_time, tupleElement(t, 'annotations') AS annotations FROM (SELECT source, position, arrival, problem, line, JSONExtract(line, 'Tuple(kind String, apiVersion String, level String, auditID String, stage String, requestURI String, verb String, user Tuple(username String, uid String, groups Array(String), extra Tuple(`authentication.kubernetes.io/pod-name` Array(String), `authentication.kubernetes.io/node-name` Array(String))), impersonatedUser Tuple(username String, groups Array(String)), sourceIPs Array(String), userAgent String, objectRef Tuple(resource String, namespace String, name String, apiGroup String, apiVersion String, subresource String), responseStatus Tuple(code UInt16, reason String, message String), requestReceivedTimestamp String, stageTimestamp String, annotations Map(String, String))') AS t FROM (SELECT own_source AS source, position, arrival, problem, line FROM file('/data/spool/0000000007.segment', 'RowBinary', 'own_source UInt16, position UInt64, arrival Int64, problem String, line String')))))))));

INSERT INTO staging (time, record_id, arrival, cluster, host, component, log_type, log_source, source_kind, source, position, batch, batch_source, level, stage, audit_id, request_uri, verb, username, user_uid, user_groups, impersonated_username, impersonated_groups, source_ips, user_agent, resource, subresource, namespace, name, api_group, api_version, code, status_reason, exec_command, container, stdin, stdout, tty, status_message, caller_pod, caller_node, duration_us, path, decision, reason, auth_binding, auth_role, auth_subject, latency_total_us, latency_etcd_us, line_bytes, truncated, finished, for_sessions, request_key, annotations, tenant, labels, metadata, line) SELECT
  time AS out_time,
  record_id AS out_record_id,
  fromUnixTimestamp64Micro(arrival, 'UTC') AS out_arrival,
  cluster AS out_cluster,
  host AS out_host,
  component AS out_component,
  log_type AS out_log_type,
  log_source AS out_log_source,
  'import' AS out_source_kind,
  'test.log' AS out_source,
  position AS out_position,
  7 AS out_batch,
  if(source = 0, 0, [0,1,2][source + 1]) AS out_batch_source,
  level AS out_level,
  stage AS out_stage,
  audit_id AS out_audit_id,
  request_uri AS out_request_uri,
  verb AS out_verb,
  username AS out_username,
  user_uid AS out_user_uid,
  user_groups AS out_user_groups,
  impersonated_username AS out_impersonated_username,
  impersonated_groups AS out_impersonated_groups,
  source_ips AS out_source_ips,
  user_agent AS out_user_agent,
  resource AS out_resource,
  subresource AS out_subresource,
  namespace AS out_namespace,
  name AS out_name,
  api_group AS out_api_group,
  api_version AS out_api_version,
  code AS out_code,
  status_reason AS out_status_reason,
  exec_command AS out_exec_command,
  container AS out_container,
  stdin AS out_stdin,
  stdout AS out_stdout,
  tty AS out_tty,
  status_message AS out_status_message,
  caller_pod AS out_caller_pod,
  caller_node AS out_caller_node,
  if(toUnixTimestamp64Nano(request_received) = 0, -1, intDiv(toUnixTimestamp64Nano(time) - toUnixTimestamp64Nano(request_received), 1000)) AS out_duration_us,
  if(resource = '', request_uri, '') AS out_path,
  annotations['authorization.k8s.io/decision'] AS out_decision,
  reason AS out_reason,
  extract(reason, '^RBAC: allowed by (?:Cluster)?RoleBinding "([^"]*)"') AS out_auth_binding,
  extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of (?:Cluster)?Role "([^"]*)"') AS out_auth_role,
  extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of [^"]*"[^"]*" to (.*)$') AS out_auth_subject,
  if(annotations['apiserver.latency.k8s.io/total'] = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(annotations['apiserver.latency.k8s.io/total'], '([0-9.]+)(h|ms|m|µs|us|ns|s)'))))) AS out_latency_total_us,
  if(annotations['apiserver.latency.k8s.io/etcd'] = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(annotations['apiserver.latency.k8s.io/etcd'], '([0-9.]+)(h|ms|m|µs|us|ns|s)'))))) AS out_latency_etcd_us,
  length(line) AS out_line_bytes,
  annotations['audit.k8s.io/truncated'] = 'true' AS out_truncated,
  bitOr(stage IN ('ResponseComplete', 'Panic'), bitAnd(stage = 'ResponseStarted', code = 401)) AS out_finished,
  bitAnd(plain, bitAnd(stage != 'RequestReceived', bitOr(bitAnd(resource = 'pods', bitOr(subresource = 'exec', bitOr(subresource = 'attach', bitOr(subresource = 'portforward', subresource = 'ephemeralcontainers')))), bitOr(bitAnd(resource = 'pods', bitAnd(subresource = '', bitOr(verb = 'create', verb = 'delete'))), bitOr(bitAnd(resource = 'pods', bitAnd(subresource = 'binding', verb = 'create')), bitOr(bitAnd(resource = 'pods', bitAnd(subresource = 'status', bitAnd(bitOr(verb = 'patch', verb = 'update'), startsWith(username, 'system:node:')))), bitOr(bitAnd(resource = 'nodes', match(request_uri, '(?-s)^/api/v1/(nodes/[^?]*/proxy/|proxy/nodes/)[^?]*(exec|run|attach|portForward|%)')), bitOr(bitAnd(bitOr(resource = 'pods', resource = 'nodes'), bitAnd(subresource = '', bitAnd(verb = 'get', code IN (403)))), bitOr(mapContains(annotations, 'authentication.openshift.io/decision'), bitOr(mapContains(annotations, 'apiserver.k8s.io/startup'), bitOr(mapContains(annotations, 'openshift.io/unready'), bitAnd(resource = 'clusterroles', bitAnd(subresource = '', bitAnd(verb = 'get', bitAnd(name = 'cluster-admin', username = 'system:apiserver'))))))))))))))) AS out_for_sessions,
  if(bitAnd(stage != 'RequestReceived', bitOr(verb IN ('watch', 'proxy'), bitOr(subresource IN ('exec', 'attach', 'portforward', 'proxy', 'log'), startsWith(request_uri, '/debug/pprof')))), sipHash64(toString(cluster), audit_id, toString(username), request_uri), 0) AS out_request_key,
  mapFilter((key, value) -> key NOT IN ('authorization.k8s.io/decision', 'authorization.k8s.io/reason'), annotations) AS out_annotations,
  tenant AS out_tenant,
  labels AS out_labels,
  metadata AS out_metadata,
  line AS out_line
FROM (SELECT *, toLowCardinality(annotations['authorization.k8s.io/reason']) AS reason FROM (SELECT *, true AS plain, toFixedString(substring(SHA256(concat(identity_head, line)), 1, 16), 16) AS record_id FROM file('/data/spool/0000000007.segment.odd', 'RowBinary', 'source UInt16, position UInt64, arrival Int64, problem String, line String, time DateTime64(9, \'UTC\'), request_received DateTime64(9, \'UTC\'), annotations Map(String, String), level String, stage String, audit_id String, request_uri String, verb String, username String, user_uid String, user_groups Array(String), impersonated_username String, impersonated_groups Array(String), source_ips Array(String), user_agent String, resource String, subresource String, namespace String, name String, api_group String, api_version String, code UInt16, status_reason String, exec_command Array(String), container String, stdin Bool, stdout Bool, tty Bool, status_message String, caller_pod String, caller_node String, identity_head String, cluster String, host String, component String, log_type String, log_source String, tenant String, labels Map(String, String), metadata Map(String, String)') WHERE problem = ''));

INSERT INTO quarantine SELECT * FROM (
  SELECT toFixedString(substring(SHA256(concat(['','test','it\'s'][source + 1], '\n', 'test.log', '\n', problem, '\n', line)), 1, 16), 16) AS line_id,
    fromUnixTimestamp64Micro(arrival, 'UTC'), ['','test','it\'s'][source + 1],
    ['','master-0','master-1'][source + 1], 'kube-apiserver',
    'test.log', position, 7, problem, line
  FROM file('/data/spool/0000000007.segment.odd', 'RowBinary', 'source UInt16, position UInt64, arrival Int64, problem String, line String, time DateTime64(9, \'UTC\'), request_received DateTime64(9, \'UTC\'), annotations Map(String, String), level String, stage String, audit_id String, request_uri String, verb String, username String, user_uid String, user_groups Array(String), impersonated_username String, impersonated_groups Array(String), source_ips Array(String), user_agent String, resource String, subresource String, namespace String, name String, api_group String, api_version String, code UInt16, status_reason String, exec_command Array(String), container String, stdin Bool, stdout Bool, tty Bool, status_message String, caller_pod String, caller_node String, identity_head String, cluster String, host String, component String, log_type String, log_source String, tenant String, labels Map(String, String), metadata Map(String, String)') WHERE problem != ''
  LIMIT 1 BY line_id
)
WHERE line_id NOT IN (SELECT line_id FROM quarantine);

SELECT toUInt32(count()) AS stored FROM (SELECT time, record_id FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC') AND (time, record_id) IN (SELECT time, record_id FROM staging WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC')));

ALTER TABLE staging MOVE PARTITION ID '20251117' TO TABLE records, MOVE PARTITION ID '20251118' TO TABLE records;

INSERT INTO records (time, record_id, arrival, duration_us, cluster, host, component, log_type, log_source, source_kind, source, position, batch, batch_source, level, stage, audit_id, request_uri, verb, username, user_uid, user_groups, impersonated_username, impersonated_groups, source_ips, user_agent, resource, subresource, namespace, name, api_group, api_version, code, status_reason, exec_command, container, stdin, stdout, tty, status_message, caller_pod, caller_node, path, decision, reason, auth_binding, auth_role, auth_subject, annotations, latency_total_us, latency_etcd_us, line_bytes, truncated, finished, for_sessions, request_key, tenant, labels, metadata, line) SELECT time, record_id, arrival, duration_us, cluster, host, component, log_type, log_source, source_kind, source, position, batch, batch_source, level, stage, audit_id, request_uri, verb, username, user_uid, user_groups, impersonated_username, impersonated_groups, source_ips, user_agent, resource, subresource, namespace, name, api_group, api_version, code, status_reason, exec_command, container, stdin, stdout, tty, status_message, caller_pod, caller_node, path, decision, reason, auth_binding, auth_role, auth_subject, annotations, latency_total_us, latency_etcd_us, line_bytes, truncated, finished, for_sessions, request_key, tenant, labels, metadata, line
FROM staging WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC')
LIMIT 1 BY record_id;

INSERT INTO records (time, record_id, arrival, duration_us, cluster, host, component, log_type, log_source, source_kind, source, position, batch, batch_source, level, stage, audit_id, request_uri, verb, username, user_uid, user_groups, impersonated_username, impersonated_groups, source_ips, user_agent, resource, subresource, namespace, name, api_group, api_version, code, status_reason, exec_command, container, stdin, stdout, tty, status_message, caller_pod, caller_node, path, decision, reason, auth_binding, auth_role, auth_subject, annotations, latency_total_us, latency_etcd_us, line_bytes, truncated, finished, for_sessions, request_key, tenant, labels, metadata, line) SELECT time, record_id, arrival, duration_us, cluster, host, component, log_type, log_source, source_kind, source, position, batch, batch_source, level, stage, audit_id, request_uri, verb, username, user_uid, user_groups, impersonated_username, impersonated_groups, source_ips, user_agent, resource, subresource, namespace, name, api_group, api_version, code, status_reason, exec_command, container, stdin, stdout, tty, status_message, caller_pod, caller_node, path, decision, reason, auth_binding, auth_role, auth_subject, annotations, latency_total_us, latency_etcd_us, line_bytes, truncated, finished, for_sessions, request_key, tenant, labels, metadata, line
FROM staging WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC') AND (NOT (time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC')) OR (time, record_id) NOT IN (SELECT time, record_id FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC') AND (time, record_id) IN (SELECT time, record_id FROM staging WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC'))))
LIMIT 1 BY record_id;

INSERT INTO sightings SELECT record_id, time, host, component, name, position FROM (
  SELECT record_id, time, ['','master-0','master-1'][group_source + 1] AS host, 'kube-apiserver' AS component,
    'test.log' AS name, position
  FROM (SELECT *, batch_source AS group_source FROM staging WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC'))
  LIMIT 1 BY record_id
)
WHERE (host != '' OR component != '')
  AND record_id IN (
    SELECT record_id FROM records
    WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC') AND NOT batch = 7 AND (host = '' OR component = '')
      AND (time, record_id) IN (SELECT time, record_id FROM staging))
  AND record_id NOT IN (SELECT record_id FROM sightings WHERE record_id IN (SELECT record_id FROM staging));
