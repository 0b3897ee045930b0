-- sum by (objectRef_namespace, objectRef_name, user_username) (count_over_time({log_type="audit"} |~ "/exec?" | json [2h])) > 0
SELECT namespace AS out_0, name AS out_1, username AS out_2, 0 AS out_3, count() AS out_4 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795212000000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND match(line, '(?-s)/exec?') GROUP BY namespace, name, username ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT namespace AS out_0, name AS out_1, username AS out_2, intDiv((toUnixTimestamp64Nano(time) - 1795125600000000001), 1800000000000) AS out_3, count() AS out_4 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795125600000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795125600000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) AND NOT (source_kind = 'push') AND match(line, '(?-s)/exec?') GROUP BY namespace, name, username, intDiv((toUnixTimestamp64Nano(time) - 1795125600000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795125600000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795125600000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')) OR source_kind = 'push')

-- topk(10, sum by (user_username) (count_over_time({log_type="audit"} | json [24h])))
SELECT username AS out_0, 0 AS out_1, count() AS out_2 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795132800000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' GROUP BY username ORDER BY count() DESC LIMIT 10 WITH TIES FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT username AS out_0, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) AS out_1, count() AS out_2 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) GROUP BY username, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- sum by (responseStatus_code) (count_over_time({log_type="audit"} | json | responseStatus_code >= 400 and verb!~"get|list" [24h]))
SELECT code AS out_0, 0 AS out_1, count() AS out_2 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795132800000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND ((code != 0 AND toFloat64(code) >= 400) AND NOT verb IN ('get', 'list')) GROUP BY code ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT code AS out_0, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) AS out_1, count() AS out_2 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) AND ((code != 0 AND toFloat64(code) >= 400) AND NOT verb IN ('get', 'list')) GROUP BY code, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- sum by (annotations_pod_security_kubernetes_io_enforce_policy, kind, nothing) (bytes_rate({log_type="audit"} | json | __error__="" [1h]))
SELECT annotations[arrayFirst(key -> match(key, '^pod[^A-Za-z0-9]security[^A-Za-z0-9]kubernetes[^A-Za-z0-9]io[^A-Za-z0-9]enforce[^A-Za-z0-9]policy$'), mapKeys(annotations))] AS out_0, 'Event' AS out_1, '' AS out_2, 0 AS out_3, sum(line_bytes) AS out_4 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' GROUP BY annotations[arrayFirst(key -> match(key, '^pod[^A-Za-z0-9]security[^A-Za-z0-9]kubernetes[^A-Za-z0-9]io[^A-Za-z0-9]enforce[^A-Za-z0-9]policy$'), mapKeys(annotations))], 'Event' ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT annotations[arrayFirst(key -> match(key, '^pod[^A-Za-z0-9]security[^A-Za-z0-9]kubernetes[^A-Za-z0-9]io[^A-Za-z0-9]enforce[^A-Za-z0-9]policy$'), mapKeys(annotations))] AS out_0, 'Event' AS out_1, '' AS out_2, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) AS out_3, sum(line_bytes) AS out_4 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) GROUP BY annotations[arrayFirst(key -> match(key, '^pod[^A-Za-z0-9]security[^A-Za-z0-9]kubernetes[^A-Za-z0-9]io[^A-Za-z0-9]enforce[^A-Za-z0-9]policy$'), mapKeys(annotations))], 'Event', intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- sum by (verb) (rate({cluster=~"prod-.*"} != "it's" |= "a" or "b" | json | user_username=~"(?i)BOB.*" | label_format who=verb [24h] offset 1h))
SELECT '' AS out_0, 0 AS out_1, count() AS out_2 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC') AND tenant = 'audit' AND match(cluster, '\\A(?s:prod-.*)\\z') AND NOT position(line, 'it\'s') > 0 AND (position(line, 'a') > 0 OR position(line, 'b') > 0) AND match(username, '\\A(?s:(?i)BOB.*)\\z') HAVING count() > 0 ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT '' AS out_0, intDiv((toUnixTimestamp64Nano(time) - 1795042800000000001), 1800000000000) AS out_1, count() AS out_2 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795042800000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC') AND tenant = 'audit' AND match(cluster, '\\A(?s:prod-.*)\\z') AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795042800000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC'))) AND NOT position(line, 'it\'s') > 0 AND (position(line, 'a') > 0 OR position(line, 'b') > 0) AND match(username, '\\A(?s:(?i)BOB.*)\\z') GROUP BY intDiv((toUnixTimestamp64Nano(time) - 1795042800000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795042800000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795042800000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC')))

-- count_over_time({app="shop"} |= "x" [1h])
SELECT cluster AS out_0, component AS out_1, host AS out_2, log_source AS out_3, log_type AS out_4, 0 AS out_5, count() AS out_6 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND labels['app'] = 'shop' AND position(line, 'x') > 0 GROUP BY cluster, component, host, log_source, log_type ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT cluster AS out_0, component AS out_1, host AS out_2, log_source AS out_3, log_type AS out_4, source_kind = 'push' AS out_5, labels AS out_6, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) AS out_7, count() AS out_8 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND labels['app'] = 'shop' AND batch <= 7 AND NOT (notEmpty(metadata)) AND position(line, 'x') > 0 GROUP BY cluster, component, host, log_source, log_type, source_kind = 'push', labels, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR notEmpty(metadata))

-- max_over_time({log_type="audit"} | json | unwrap responseStatus_code | __error__="" [1h]) by (verb)
SELECT verb AS out_0, 0 AS out_1, max(code) AS out_2 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND code != 0 GROUP BY verb ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT verb AS out_0, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) AS out_1, max(code) AS out_2 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) AND code != 0 GROUP BY verb, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- sum(count_over_time({log_type="audit"} | json [5m]))
SELECT 0 AS out_0, count() AS out_1 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795218900000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' HAVING count() > 0 ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT intDiv((toUnixTimestamp64Nano(time) - 1795132500000000001), 1800000000000) AS out_0, count() AS out_1 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795132500000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND modulo((toUnixTimestamp64Nano(time) - 1795132500000000001), 1800000000000) < 300000000000 GROUP BY intDiv((toUnixTimestamp64Nano(time) - 1795132500000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795132500000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;

-- quantile_over_time(0.9, {log_type="audit"} | json | unwrap responseStatus_code [24h]) by (verb)
SELECT verb AS out_0, code AS out_1, 0 AS out_2, count() AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795132800000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND code != 0 GROUP BY verb, code ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT verb AS out_0, code AS out_1, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) AS out_2, count() AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) AND code != 0 GROUP BY verb, code, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- avg_over_time({log_type="audit"} | json | unwrap duration(annotations_apiserver_latency_k8s_io_total) | __error__="" [24h]) by (verb, __error__)
SELECT verb AS out_0, '' AS out_1, annotations[arrayFirst(key -> match(key, '^apiserver[^A-Za-z0-9]latency[^A-Za-z0-9]k8s[^A-Za-z0-9]io[^A-Za-z0-9]total$'), mapKeys(annotations))] AS out_2, 0 AS out_3, count() AS out_4 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795132800000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND annotations[arrayFirst(key -> match(key, '^apiserver[^A-Za-z0-9]latency[^A-Za-z0-9]k8s[^A-Za-z0-9]io[^A-Za-z0-9]total$'), mapKeys(annotations))] != '' GROUP BY verb, annotations[arrayFirst(key -> match(key, '^apiserver[^A-Za-z0-9]latency[^A-Za-z0-9]k8s[^A-Za-z0-9]io[^A-Za-z0-9]total$'), mapKeys(annotations))] ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT verb AS out_0, '' AS out_1, annotations[arrayFirst(key -> match(key, '^apiserver[^A-Za-z0-9]latency[^A-Za-z0-9]k8s[^A-Za-z0-9]io[^A-Za-z0-9]total$'), mapKeys(annotations))] AS out_2, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) AS out_3, count() AS out_4 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) AND annotations[arrayFirst(key -> match(key, '^apiserver[^A-Za-z0-9]latency[^A-Za-z0-9]k8s[^A-Za-z0-9]io[^A-Za-z0-9]total$'), mapKeys(annotations))] != '' GROUP BY verb, annotations[arrayFirst(key -> match(key, '^apiserver[^A-Za-z0-9]latency[^A-Za-z0-9]k8s[^A-Za-z0-9]io[^A-Za-z0-9]total$'), mapKeys(annotations))], intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- last_over_time({log_type="audit"} | json | unwrap responseStatus_code [1h]) by (verb)
SELECT verb AS out_0, toString(toUnixTimestamp64Nano(max(time))) AS out_1, 0 AS out_2, argMax(code, (time, batch, position)) AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND code != 0 GROUP BY verb ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT verb AS out_0, toString(toUnixTimestamp64Nano(max(time))) AS out_1, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) AS out_2, argMax(code, (time, batch, position)) AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (time IN (SELECT time FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND source_kind = 'push')) AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) AND NOT (source_kind = 'push') AND code != 0 GROUP BY verb, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR time IN (SELECT time FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND source_kind = 'push') OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')) OR source_kind = 'push')

-- sum by (v, ns, policy) (count_over_time({log_type="audit"} | json v="verb", ns="objectRef.namespace", policy="annotations[\"x.y/z\"]" | v!="get" [1h]))
SELECT verb AS out_0, namespace AS out_1, annotations['x.y/z'] AS out_2, 0 AS out_3, count() AS out_4 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND verb != 'get' GROUP BY verb, namespace, annotations['x.y/z'] ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT verb AS out_0, namespace AS out_1, annotations['x.y/z'] AS out_2, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) AS out_3, count() AS out_4 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) AND verb != 'get' GROUP BY verb, namespace, annotations['x.y/z'], intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- count by (verb) (count_over_time({log_type="audit"} | json [24h]))
SELECT verb AS out_0, toUInt8(1) AS out_1, 0 AS out_2, count() AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795132800000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' GROUP BY verb, toUInt8(1) ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT verb AS out_0, toUInt8(1) AS out_1, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) AS out_2, count() AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) GROUP BY verb, toUInt8(1), intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- avg by (verb) (avg_over_time({log_type="audit"} | json | unwrap responseStatus_code [24h]))
SELECT verb AS out_0, code AS out_1, 0 AS out_2, count() AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795132800000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND code != 0 GROUP BY verb, code ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT verb AS out_0, code AS out_1, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) AS out_2, count() AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) AND code != 0 GROUP BY verb, code, intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795046400000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795046400000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- sum by (x, who) (count_over_time({log_type="audit"} | json | label_format x="{{.verb}}/{{.responseStatus_code}}", who=user_username | line_format "{{.x}}" [1h]))
SELECT concat(verb, '/', if(code = 0, '', toString(code))) AS out_0, username AS out_1, 0 AS out_2, count() AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795215600000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' GROUP BY concat(verb, '/', if(code = 0, '', toString(code))), username ORDER BY min(time) LIMIT 1001 FORMAT JSONCompact;

-- in steps of 30 minutes, with pushed, odd and fresh rows
SELECT concat(verb, '/', if(code = 0, '', toString(code))) AS out_0, username AS out_1, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) AS out_2, count() AS out_3 FROM records WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC') AND tenant = 'audit' AND log_type = 'audit' AND batch <= 7 AND NOT (source_kind = 'push') AND NOT (time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC'))) GROUP BY concat(verb, '/', if(code = 0, '', toString(code))), username, intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000) ORDER BY intDiv((toUnixTimestamp64Nano(time) - 1795129200000000001), 1800000000000), min(time) LIMIT 1001 FORMAT JSONCompact;
-- rest: (batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795129200000000001), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000001), 'UTC')))

-- count_over_time({log_type="audit"} | json [1h])
-- not: series of all labels of a line are put together by the server

-- sum without (auditID) (count_over_time({log_type="audit"} | json [1h]))
-- not: series of all labels of a line are put together by the server

-- rate_counter({log_type="audit"} | json | unwrap responseStatus_code [1h])
-- not: series of all labels of a line are put together by the server

-- sum by (spec) (count_over_time({log_type="audit"} | json spec="requestObject.spec" [1h]))
-- not: a stage is run by the server

-- sum by (x) (count_over_time({log_type="audit"} | json | label_format x="{{.verb | upper}}" [1h]))
-- not: a stage is run by the server

-- bytes_over_time({log_type="audit"} | json | line_format "{{.verb}}" [1h])
-- not: series of all labels of a line are put together by the server

-- sum by (requestObject_spec_replicas) (count_over_time({log_type="audit"} | json [1h]))
-- not: requestObject_spec_replicas has no column

-- sum by (verb) (count_over_time({log_type="audit"} | logfmt [1h]))
-- not: a stage is run by the server

-- {log_type="audit"} |= "0f-1c" | json
-- exact
--   engine: position(line, '0f-1c') > 0
--   engine: fields of an audit event are columns
WHERE position(line, '0f-1c') > 0;

-- exact
--   engine: position(line, '0f-1c') > 0
--   engine: fields of an audit event are columns
WHERE position(line, '0f-1c') > 0;

-- {log_type="audit"} !~ "(?i)kube.*" | json | verb="delete" or responseStatus_code == 403 | line_format "{{.verb}}"
-- exact
--   engine: NOT match(line, '(?-s)(?i)kube.*')
--   engine: fields of an audit event are columns
--   engine: (verb = 'delete' OR (code != 0 AND toFloat64(code) = 403))
--   engine: cannot fail, and neither labels nor the number of lines depend on it
WHERE NOT match(line, '(?-s)(?i)kube.*') AND (verb = 'delete' OR (code != 0 AND toFloat64(code) = 403));

-- exact
--   engine: NOT match(line, '(?-s)(?i)kube.*')
--   engine: fields of an audit event are columns
--   engine: (verb = 'delete' OR (code != 0 AND toFloat64(code) = 403))
--   engine: cannot fail, and neither labels nor the number of lines depend on it
WHERE (NOT match(line, '(?-s)(?i)kube.*') OR batch > 7 OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795132800000000000), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000000), 'UTC'))) AND ((verb = 'delete' OR (code != 0 AND toFloat64(code) = 403)) OR batch > 7 OR source_kind = 'push' OR time IN (SELECT time FROM odd_rows WHERE time >= fromUnixTimestamp64Nano(toInt64(1795132800000000000), 'UTC') AND time < fromUnixTimestamp64Nano(toInt64(1795219200000000000), 'UTC')));

-- {app="shop"} |> "<_>a<_>b" | logfmt | level="x"
-- narrowed
--   both: at least (position(line, 'a') > 0 AND position(line, 'b') > 0)
--   server: logfmt is read by the server
--   server: stands behind a stage of the server
WHERE (position(line, 'a') > 0 AND position(line, 'b') > 0);

-- narrowed
--   both: at least (position(line, 'a') > 0 AND position(line, 'b') > 0)
--   server: logfmt is read by the server
--   server: stands behind a stage of the server
WHERE (position(line, 'a') > 0 AND position(line, 'b') > 0);
