INSERT INTO staging SELECT
  source, position, arrival, problem, line,
  if(problem != '', 2, if(t.kind = 'Event' AND t.apiVersion = 'audit.k8s.io/v1' AND t.stage IN ('RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic') AND t.responseStatus.code < 1000 AND match(t.stageTimestamp, '^20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{6}Z$') AND (t.requestReceivedTimestamp = '' OR match(t.requestReceivedTimestamp, '^20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{6}Z$')) AND NOT multiSearchAny(t.requestURI, ['/exec', '/attach', '/portforward', '/proxy/']) AND position(cutQueryString(t.requestURI), '%') = 0 AND NOT (t.objectRef.resource = '' AND match(t.requestURI, '^/*(o?api|apis/[^/?]*)/[^/?]*/')) AND length(t.annotations) = length(arrayDistinct(mapKeys(t.annotations))) AND at IS NOT NULL AND toUnixTimestamp64Second(at) BETWEEN 1388534400 AND 1763586400, 0, 1)) AS road,
  ifNull(at, toDateTime64(0, 9, 'UTC')) AS time,
  ifNull(parseDateTime64BestEffortOrNull(t.requestReceivedTimestamp, 9, 'UTC'), toDateTime64(0, 9, 'UTC')) AS request_received,
  t.annotations AS annotations,
  t.level, t.stage, t.auditID, t.requestURI, t.verb,
  t.user.username, t.user.uid, t.user.groups,
  t.impersonatedUser.username, t.impersonatedUser.groups,
  t.sourceIPs, t.userAgent,
  t.objectRef.resource, t.objectRef.subresource, t.objectRef.namespace, t.objectRef.name, t.objectRef.apiGroup, t.objectRef.apiVersion,
  t.responseStatus.code, t.responseStatus.reason,
  [] AS exec_command, '' AS container, false AS stdin, false AS stdout, false AS tty,
  toFixedString(substring(SHA256(concat(['','test','it\'s'][source + 1], '\n', line)), 1, 16), 16) AS record_id
FROM (
  SELECT source, position, arrival, problem, line,
    JSONExtract(if(problem = '', line, ''), 'Tuple(kind String, apiVersion String, level String, auditID String, stage String, requestURI String, verb String, user Tuple(username String, uid String, groups Array(String)), impersonatedUser Tuple(username String, groups Array(String)), sourceIPs Array(String), userAgent String, objectRef Tuple(resource String, namespace String, name String, apiGroup String, apiVersion String, subresource String), responseStatus Tuple(code UInt16, reason String), requestReceivedTimestamp String, stageTimestamp String, annotations Map(String, String))') AS t,
    parseDateTime64BestEffortOrNull(t.stageTimestamp, 9, 'UTC') AS at
  FROM file('/data/spool/0000000007.segment', 'RowBinary', 'source UInt16, position UInt64, arrival Int64, problem String, line String')
  WHERE source > 0
);

INSERT INTO quarantine SELECT * FROM (
  SELECT toFixedString(substring(SHA256(concat(['','test','it\'s'][source + 1], '\n', 'test.log', '\n', problem, '\n', line)), 1, 16), 16) AS line_id,
    fromUnixTimestamp64Micro(arrival, 'UTC'), ['','test','it\'s'][source + 1],
    ['','master-0','master-1'][source + 1], 'kube-apiserver',
    'test.log', position, 7, problem, line
  FROM staging WHERE road = 2
  LIMIT 1 BY line_id
)
WHERE line_id NOT IN (SELECT line_id FROM quarantine);

INSERT INTO records (time, record_id, arrival, cluster, host, component, log_type, log_source, source_kind, source, position, batch, batch_source, level, stage, audit_id, request_uri, verb, username, user_uid, user_groups, impersonated_username, impersonated_groups, source_ips, user_agent, resource, subresource, namespace, name, api_group, api_version, code, status_reason, exec_command, container, stdin, stdout, tty, duration_us, path, decision, reason, auth_binding, auth_role, auth_subject, latency_total_us, latency_etcd_us, line_bytes, truncated, finished, request_key, annotations, line) SELECT
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
  source AS out_batch_source,
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
  if(toUnixTimestamp64Nano(request_received) = 0, -1, intDiv(toUnixTimestamp64Nano(time) - toUnixTimestamp64Nano(request_received), 1000)) AS out_duration_us,
  if(resource = '', request_uri, '') AS out_path,
  annotations['authorization.k8s.io/decision'] AS out_decision,
  toLowCardinality(annotations['authorization.k8s.io/reason']) AS out_reason,
  extract(reason, '^RBAC: allowed by (?:Cluster)?RoleBinding "([^"]*)"') AS out_auth_binding,
  extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of (?:Cluster)?Role "([^"]*)"') AS out_auth_role,
  extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of [^"]*"[^"]*" to (.*)$') AS out_auth_subject,
  if(annotations['apiserver.latency.k8s.io/total'] = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(annotations['apiserver.latency.k8s.io/total'], '([0-9.]+)(h|ms|m|µs|us|ns|s)'))))) AS out_latency_total_us,
  if(annotations['apiserver.latency.k8s.io/etcd'] = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(annotations['apiserver.latency.k8s.io/etcd'], '([0-9.]+)(h|ms|m|µs|us|ns|s)'))))) AS out_latency_etcd_us,
  length(line) AS out_line_bytes,
  annotations['audit.k8s.io/truncated'] = 'true' AS out_truncated,
  stage IN ('ResponseComplete', 'Panic') OR (stage = 'ResponseStarted' AND code = 401) AS out_finished,
  if(stage != 'RequestReceived' AND (verb IN ('watch', 'proxy') OR subresource IN ('exec', 'attach', 'portforward', 'proxy', 'log') OR startsWith(request_uri, '/debug/pprof')), sipHash64(toString(['','test','it\'s'][source + 1]), audit_id, toString(username), request_uri), 0) AS out_request_key,
  mapFilter((key, value) -> key NOT IN ('authorization.k8s.io/decision', 'authorization.k8s.io/reason'), annotations) AS out_annotations,
  line AS out_line
FROM (SELECT *, toLowCardinality(annotations['authorization.k8s.io/reason']) AS reason FROM staging WHERE road = 0 AND time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC'))
WHERE 1
LIMIT 1 BY record_id;

INSERT INTO records (time, record_id, arrival, cluster, host, component, log_type, log_source, source_kind, source, position, batch, batch_source, level, stage, audit_id, request_uri, verb, username, user_uid, user_groups, impersonated_username, impersonated_groups, source_ips, user_agent, resource, subresource, namespace, name, api_group, api_version, code, status_reason, exec_command, container, stdin, stdout, tty, duration_us, path, decision, reason, auth_binding, auth_role, auth_subject, latency_total_us, latency_etcd_us, line_bytes, truncated, finished, request_key, annotations, line) SELECT
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
  source AS out_batch_source,
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
  if(toUnixTimestamp64Nano(request_received) = 0, -1, intDiv(toUnixTimestamp64Nano(time) - toUnixTimestamp64Nano(request_received), 1000)) AS out_duration_us,
  if(resource = '', request_uri, '') AS out_path,
  annotations['authorization.k8s.io/decision'] AS out_decision,
  toLowCardinality(annotations['authorization.k8s.io/reason']) AS out_reason,
  extract(reason, '^RBAC: allowed by (?:Cluster)?RoleBinding "([^"]*)"') AS out_auth_binding,
  extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of (?:Cluster)?Role "([^"]*)"') AS out_auth_role,
  extract(reason, '^RBAC: allowed by [^"]*"[^"]*" of [^"]*"[^"]*" to (.*)$') AS out_auth_subject,
  if(annotations['apiserver.latency.k8s.io/total'] = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(annotations['apiserver.latency.k8s.io/total'], '([0-9.]+)(h|ms|m|µs|us|ns|s)'))))) AS out_latency_total_us,
  if(annotations['apiserver.latency.k8s.io/etcd'] = '', -1, toInt64(round(arraySum(part -> toFloat64OrZero(part[1]) * transform(part[2], ['h', 'm', 's', 'ms', 'µs', 'us', 'ns'], [3.6e9, 6e7, 1e6, 1e3, 1., 1., 1e-3], 0.), extractAllGroupsVertical(annotations['apiserver.latency.k8s.io/etcd'], '([0-9.]+)(h|ms|m|µs|us|ns|s)'))))) AS out_latency_etcd_us,
  length(line) AS out_line_bytes,
  annotations['audit.k8s.io/truncated'] = 'true' AS out_truncated,
  stage IN ('ResponseComplete', 'Panic') OR (stage = 'ResponseStarted' AND code = 401) AS out_finished,
  if(stage != 'RequestReceived' AND (verb IN ('watch', 'proxy') OR subresource IN ('exec', 'attach', 'portforward', 'proxy', 'log') OR startsWith(request_uri, '/debug/pprof')), sipHash64(toString(['','test','it\'s'][source + 1]), audit_id, toString(username), request_uri), 0) AS out_request_key,
  mapFilter((key, value) -> key NOT IN ('authorization.k8s.io/decision', 'authorization.k8s.io/reason'), annotations) AS out_annotations,
  line AS out_line
FROM (SELECT *, toLowCardinality(annotations['authorization.k8s.io/reason']) AS reason FROM staging WHERE road = 0 AND time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC'))
WHERE NOT (time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC')) OR (time, record_id) NOT IN (
  SELECT time, record_id FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC') AND (time, record_id) IN (SELECT time, record_id FROM staging WHERE road = 0 AND time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC')))
LIMIT 1 BY record_id;

INSERT INTO sightings SELECT record_id, time, host, component, name, position FROM (
  SELECT record_id, time, ['','master-0','master-1'][source + 1] AS host,
    'kube-apiserver' AS component,
    'test.log' AS name, position
  FROM staging WHERE road = 0 AND time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC')
  LIMIT 1 BY record_id
)
WHERE (host != '' OR component != '')
  AND record_id IN (
    SELECT record_id FROM records
    WHERE time >= fromUnixTimestamp64Nano(toInt64(1763400000000000000), 'UTC') AND time <= fromUnixTimestamp64Nano(toInt64(1763400060000000000), 'UTC') AND batch != 7 AND (host = '' OR component = '')
      AND (time, record_id) IN (SELECT time, record_id FROM staging WHERE road = 0))
  AND record_id NOT IN (SELECT record_id FROM sightings WHERE record_id IN (SELECT record_id FROM staging WHERE road = 0));
