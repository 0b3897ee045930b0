-- {}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","optimize_read_in_order":1}
SELECT toDateTime64(time, 6, 'UTC') AS `time`, cluster AS `cluster`, host AS `host`, component AS `component`, level AS `level`, stage AS `stage`, audit_id AS `auditID`, verb AS `verb`, username AS `user`, user_groups AS `groups`, impersonated_username AS `impersonatedUser`, source_ips AS `sourceIPs`, user_agent AS `userAgent`, request_uri AS `requestURI`, api_group AS `apiGroup`, api_version AS `apiVersion`, resource AS `resource`, subresource AS `subresource`, namespace AS `namespace`, name AS `name`, code AS `code`, status_reason AS `statusReason`, decision AS `decision`, reason AS `reason`, auth_binding AS `binding`, auth_role AS `role`, if(duration_us < 0, NULL, duration_us / 1000000) AS `durationSeconds`, exec_command AS `command`, container AS `container`, stdin AS `stdin`, tty AS `tty`, truncated AS `truncated`, source AS `source`, position AS `position`, path AS `path`, multiIf(finished, 'finished', request_key != 0, 'open', 'stage') AS status, concat(toString(toUnixTimestamp64Nano(time)), '-', lower(hex(record_id))) AS cursor FROM records WHERE (finished OR (NOT finished AND request_key IN (18446744073709551615, 7))) ORDER BY time DESC, record_id DESC LIMIT 100 FORMAT JSONEachRow;

-- {}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","optimize_read_in_order":1}
SELECT toDateTime64(time, 6, 'UTC') AS `time`, cluster AS `cluster`, host AS `host`, component AS `component`, level AS `level`, stage AS `stage`, audit_id AS `auditID`, verb AS `verb`, username AS `user`, user_groups AS `groups`, impersonated_username AS `impersonatedUser`, source_ips AS `sourceIPs`, user_agent AS `userAgent`, request_uri AS `requestURI`, api_group AS `apiGroup`, api_version AS `apiVersion`, resource AS `resource`, subresource AS `subresource`, namespace AS `namespace`, name AS `name`, code AS `code`, status_reason AS `statusReason`, decision AS `decision`, reason AS `reason`, auth_binding AS `binding`, auth_role AS `role`, if(duration_us < 0, NULL, duration_us / 1000000) AS `durationSeconds`, exec_command AS `command`, container AS `container`, stdin AS `stdin`, tty AS `tty`, truncated AS `truncated`, source AS `source`, position AS `position`, path AS `path`, multiIf(finished, 'finished', request_key != 0, 'open', 'stage') AS status, concat(toString(toUnixTimestamp64Nano(time)), '-', lower(hex(record_id))) AS cursor FROM records WHERE (finished OR (NOT finished AND request_key != 0 AND request_key IN (SELECT request_key FROM records WHERE request_key != 0 GROUP BY request_key HAVING NOT max(finished)))) ORDER BY time DESC, record_id DESC LIMIT 100 FORMAT JSONEachRow;

-- {"view":"line","limit":"0","order":"oldest"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","optimize_read_in_order":1}
SELECT time, record_id, line FROM records WHERE (finished OR (NOT finished AND request_key IN (18446744073709551615, 7))) ORDER BY time ASC, record_id ASC FORMAT RowBinary;

-- {"view":"line","limit":"0","order":"oldest"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","optimize_read_in_order":1}
SELECT time, record_id, line FROM records WHERE (finished OR (NOT finished AND request_key != 0 AND request_key IN (SELECT request_key FROM records WHERE request_key != 0 GROUP BY request_key HAVING NOT max(finished)))) ORDER BY time ASC, record_id ASC FORMAT RowBinary;

-- {"view":"table","user":["o'brien","bob"],"code":"4xx","since":"2h"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","query_plan_max_limit_for_lazy_materialization":20000,"max_bytes_before_remerge_sort":16777216,"enable_multiple_prewhere_read_steps":0,"optimize_read_in_order":0}
SELECT toDateTime64(time, 6, 'UTC') AS `time`, cluster AS `cluster`, stage AS `stage`, verb AS `verb`, username AS `user`, impersonated_username AS `impersonatedUser`, api_group AS `apiGroup`, resource AS `resource`, subresource AS `subresource`, namespace AS `namespace`, name AS `name`, path AS `path`, code AS `code`, if(duration_us < 0, NULL, duration_us / 1000000) AS `durationSeconds`, multiIf(finished, 'finished', request_key != 0, 'open', 'stage') AS status, concat(toString(toUnixTimestamp64Nano(time)), '-', lower(hex(record_id))) AS cursor FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795255200000000000), 'UTC') AND username IN ('o\'brien', 'bob') AND code BETWEEN 400 AND 499 AND (finished OR (NOT finished AND request_key IN (18446744073709551615, 7))) ORDER BY time DESC, record_id DESC LIMIT 100 FORMAT JSONEachRow;

-- {"view":"table","user":["o'brien","bob"],"code":"4xx","since":"2h"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","query_plan_max_limit_for_lazy_materialization":20000,"max_bytes_before_remerge_sort":16777216,"enable_multiple_prewhere_read_steps":0,"optimize_read_in_order":0}
SELECT toDateTime64(time, 6, 'UTC') AS `time`, cluster AS `cluster`, stage AS `stage`, verb AS `verb`, username AS `user`, impersonated_username AS `impersonatedUser`, api_group AS `apiGroup`, resource AS `resource`, subresource AS `subresource`, namespace AS `namespace`, name AS `name`, path AS `path`, code AS `code`, if(duration_us < 0, NULL, duration_us / 1000000) AS `durationSeconds`, multiIf(finished, 'finished', request_key != 0, 'open', 'stage') AS status, concat(toString(toUnixTimestamp64Nano(time)), '-', lower(hex(record_id))) AS cursor FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795255200000000000), 'UTC') AND username IN ('o\'brien', 'bob') AND code BETWEEN 400 AND 499 AND (finished OR (NOT finished AND request_key != 0 AND request_key IN (SELECT request_key FROM records WHERE request_key != 0 GROUP BY request_key HAVING NOT max(finished)))) ORDER BY time DESC, record_id DESC LIMIT 100 FORMAT JSONEachRow;

-- {"view":"line","limit":"0","resource":["pods/exec","!pods"],"namespace":"x","all-stages":"true"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","query_plan_max_limit_for_lazy_materialization":20000,"max_bytes_before_remerge_sort":16777216,"enable_multiple_prewhere_read_steps":0,"optimize_read_in_order":0} and on
SELECT time, record_id, line FROM records WHERE resource = 'pods' AND subresource = 'exec' AND NOT (resource = 'pods' AND subresource = '') AND namespace = 'x' AND stage != '' ORDER BY time DESC, record_id DESC LIMIT 20000 FORMAT RowBinary;

-- {"view":"line","limit":"0","resource":["pods/exec","!pods"],"namespace":"x","all-stages":"true"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","optimize_read_in_order":1}
SELECT time, record_id, line FROM records WHERE resource = 'pods' AND subresource = 'exec' AND NOT (resource = 'pods' AND subresource = '') AND namespace = 'x' AND stage != '' ORDER BY time DESC, record_id DESC FORMAT RowBinary;

-- {"view":"table","host":"m1","source-ip":["10.0.0.0/8","192.0.2.1"],"peer-ip":"2001:db8::/32","group":"~^dev"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","query_plan_max_limit_for_lazy_materialization":20000,"max_bytes_before_remerge_sort":16777216,"optimize_read_in_order":0}
SELECT toDateTime64(time, 6, 'UTC') AS `time`, cluster AS `cluster`, stage AS `stage`, verb AS `verb`, username AS `user`, impersonated_username AS `impersonatedUser`, api_group AS `apiGroup`, resource AS `resource`, subresource AS `subresource`, namespace AS `namespace`, name AS `name`, path AS `path`, code AS `code`, if(duration_us < 0, NULL, duration_us / 1000000) AS `durationSeconds`, multiIf(finished, 'finished', request_key != 0, 'open', 'stage') AS status, concat(toString(toUnixTimestamp64Nano(time)), '-', lower(hex(record_id))) AS cursor FROM records WHERE arrayExists(x -> match(x, '(?-s)^dev'), user_groups) AND ((arrayExists(x -> if(isIPv4String(x) OR isIPv6String(x), isIPAddressInRange(toString(x), '10.0.0.0/8'), 0), source_ips)) OR (arrayExists(x -> x = '192.0.2.1', source_ips))) AND if(isIPv4String(source_ips[-1]) OR isIPv6String(source_ips[-1]), isIPAddressInRange(toString(source_ips[-1]), '2001:db8::/32'), 0) AND host = 'm1' AND (finished OR (NOT finished AND request_key IN (18446744073709551615, 7))) ORDER BY time DESC, record_id DESC LIMIT 100 FORMAT JSONEachRow;

-- {"view":"table","host":"m1","source-ip":["10.0.0.0/8","192.0.2.1"],"peer-ip":"2001:db8::/32","group":"~^dev"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","optimize_read_in_order":1}
SELECT toDateTime64(time, 6, 'UTC') AS `time`, cluster AS `cluster`, stage AS `stage`, verb AS `verb`, username AS `user`, impersonated_username AS `impersonatedUser`, api_group AS `apiGroup`, resource AS `resource`, subresource AS `subresource`, namespace AS `namespace`, name AS `name`, path AS `path`, code AS `code`, if(duration_us < 0, NULL, duration_us / 1000000) AS `durationSeconds`, multiIf(finished, 'finished', request_key != 0, 'open', 'stage') AS status, concat(toString(toUnixTimestamp64Nano(time)), '-', lower(hex(record_id))) AS cursor FROM records WHERE arrayExists(x -> match(x, '(?-s)^dev'), user_groups) AND ((arrayExists(x -> if(isIPv4String(x) OR isIPv6String(x), isIPAddressInRange(toString(x), '10.0.0.0/8'), 0), source_ips)) OR (arrayExists(x -> x = '192.0.2.1', source_ips))) AND if(isIPv4String(source_ips[-1]) OR isIPv6String(source_ips[-1]), isIPAddressInRange(toString(source_ips[-1]), '2001:db8::/32'), 0) AND (host = 'm1' OR (host = '' AND record_id IN (SELECT record_id FROM sightings WHERE host = 'm1'))) AND (finished OR (NOT finished AND request_key != 0 AND request_key IN (SELECT request_key FROM records WHERE request_key != 0 GROUP BY request_key HAVING NOT max(finished)))) ORDER BY time DESC, record_id DESC LIMIT 100 FORMAT JSONEachRow;

-- {"view":"line","annotation":["k=v","k!=w","only"],"min-duration":"2s","failed":"true","last":"50"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","query_plan_max_limit_for_lazy_materialization":20000,"max_bytes_before_remerge_sort":16777216,"optimize_read_in_order":0}
SELECT time, record_id, line FROM records WHERE ((annotations['k'] = 'v') OR (mapContains(annotations, 'only'))) AND NOT (annotations['k'] = 'w') AND (code >= 400 OR stage = 'Panic') AND duration_us >= 2000000 AND (finished OR (NOT finished AND request_key IN (18446744073709551615, 7))) ORDER BY time DESC, record_id DESC LIMIT 50 FORMAT RowBinary;

-- {"view":"line","annotation":["k=v","k!=w","only"],"min-duration":"2s","failed":"true","last":"50"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","optimize_read_in_order":1}
SELECT time, record_id, line FROM records WHERE ((annotations['k'] = 'v') OR (mapContains(annotations, 'only'))) AND NOT (annotations['k'] = 'w') AND (code >= 400 OR stage = 'Panic') AND duration_us >= 2000000 AND (finished OR (NOT finished AND request_key != 0 AND request_key IN (SELECT request_key FROM records WHERE request_key != 0 GROUP BY request_key HAVING NOT max(finished)))) ORDER BY time DESC, record_id DESC LIMIT 50 FORMAT RowBinary;

-- {"fields":"user.username,requestObject.spec.replicas,annotations.a.b/c,sourceIPs[0]","unique":"true","limit":"0"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso"}
SELECT DISTINCT concat('{"user.username":', if(empty(username), 'null', toJSONString(username)), ',"requestObject.spec.replicas":', ifNull(nullIf(JSONExtractRaw(line, 'requestObject', 'spec', 'replicas'), ''), 'null'), ',"annotations.a.b/c":', ifNull(nullIf(JSONExtractRaw(line, 'annotations', 'a.b/c'), ''), 'null'), ',"sourceIPs[0]":', ifNull(nullIf(JSONExtractRaw(line, 'sourceIPs', 1), ''), 'null'), '}') FROM records WHERE (finished OR (NOT finished AND request_key IN (18446744073709551615, 7))) ORDER BY ALL FORMAT TSVRaw;

-- {"fields":"user.username,requestObject.spec.replicas,annotations.a.b/c,sourceIPs[0]","unique":"true","limit":"0"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso"}
SELECT DISTINCT concat('{"user.username":', if(empty(username), 'null', toJSONString(username)), ',"requestObject.spec.replicas":', ifNull(nullIf(JSONExtractRaw(line, 'requestObject', 'spec', 'replicas'), ''), 'null'), ',"annotations.a.b/c":', ifNull(nullIf(JSONExtractRaw(line, 'annotations', 'a.b/c'), ''), 'null'), ',"sourceIPs[0]":', ifNull(nullIf(JSONExtractRaw(line, 'sourceIPs', 1), ''), 'null'), '}') FROM records WHERE (finished OR (NOT finished AND request_key != 0 AND request_key IN (SELECT request_key FROM records WHERE request_key != 0 GROUP BY request_key HAVING NOT max(finished)))) ORDER BY ALL FORMAT TSVRaw;

-- {"view":"line","cursor":"1763640000000000000-00000000000000000000000000000000","audit-id":"a","decision":"none"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","query_plan_max_limit_for_lazy_materialization":20000,"max_bytes_before_remerge_sort":16777216,"use_uncompressed_cache":1,"optimize_read_in_order":0}
SELECT time, record_id, line FROM records WHERE decision = '' AND audit_id = 'a' AND (finished OR (NOT finished AND request_key IN (18446744073709551615, 7))) AND time <= fromUnixTimestamp64Nano(toInt64(1763640000000000000), 'UTC') AND (time < fromUnixTimestamp64Nano(toInt64(1763640000000000000), 'UTC') OR record_id < toFixedString(unhex('00000000000000000000000000000000'), 16)) ORDER BY time DESC, record_id DESC LIMIT 100 FORMAT RowBinary;

-- {"view":"line","cursor":"1763640000000000000-00000000000000000000000000000000","audit-id":"a","decision":"none"}
-- {"prefer_column_name_to_alias":1,"date_time_output_format":"iso","optimize_read_in_order":1}
SELECT time, record_id, line FROM records WHERE decision = '' AND audit_id = 'a' AND (finished OR (NOT finished AND request_key != 0 AND request_key IN (SELECT request_key FROM records WHERE request_key != 0 GROUP BY request_key HAVING NOT max(finished)))) AND time <= fromUnixTimestamp64Nano(toInt64(1763640000000000000), 'UTC') AND (time < fromUnixTimestamp64Nano(toInt64(1763640000000000000), 'UTC') OR record_id < toFixedString(unhex('00000000000000000000000000000000'), 16)) ORDER BY time DESC, record_id DESC LIMIT 100 FORMAT RowBinary;

SELECT toString(arrayJoin(user_groups)) AS value, count() AS count,
  toDateTime64(min(time), 6, 'UTC') AS firstSeen, toDateTime64(max(time), 6, 'UTC') AS lastSeen,
  countIf(code >= 400 OR stage = 'Panic') AS failures, quantilesBFloat16If(0.5, 0.95)(toFloat32(duration_us), duration_us >= 0) AS micros,
  toUInt64(sum(count()) OVER ()) AS total, toUInt64(count() OVER ()) AS distinct
FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795176000000000000), 'UTC') AND finished GROUP BY arrayJoin(user_groups)
ORDER BY count DESC, value LIMIT 10;

SELECT toString(code) AS value, count() AS count,
  toDateTime64(min(time), 6, 'UTC') AS firstSeen, toDateTime64(max(time), 6, 'UTC') AS lastSeen,
  countIf(code >= 400 OR stage = 'Panic') AS failures, quantilesBFloat16If(0.5, 0.95)(toFloat32(duration_us), duration_us >= 0) AS micros
FROM (SELECT code, stage, duration_us, time FROM records WHERE finished ORDER BY time DESC, record_id DESC LIMIT 5000) GROUP BY code
ORDER BY count DESC, value;

SELECT count() AS records, countIf(code >= 400 OR stage = 'Panic') AS failures, uniqExact(username) AS users,
  toDateTime64(min(time), 6, 'UTC') AS oldest, toDateTime64(max(time), 6, 'UTC') AS newest,
  sumMap(map(toString(code), toUInt64(1))) AS codes, sumMap(map(toString(verb), toUInt64(1))) AS verbs, sumMap(map(toString(stage), toUInt64(1))) AS stages, sumMap(map(toString(level), toUInt64(1))) AS levels, sumMap(map(toString(decision), toUInt64(1))) AS decisions,
  arrayMap(x -> if(isNaN(x), 0, x / 1000000), quantilesTDigestIf(0.5, 0.9, 0.99)(duration_us, duration_us >= 0)) AS quantiles,
  maxIf(duration_us, duration_us >= 0) / 1000000 AS longest
FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795176000000000000), 'UTC') AND finished;
