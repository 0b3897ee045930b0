// Golden SQL: what each LogQL question becomes. A diff in the snapshot is a review.
import { parseLogql, prepareMetric, type Query } from '@kubewitness/core/logql';
import { expect, test } from 'vitest';
import { findAbove } from './find-above.ts';
import { findPick } from './find-pick.ts';
import { planRange } from './plan-range.ts';
import { planStages } from './plan-stages.ts';
import type { RowFacts } from './row-facts.ts';
import { printSums } from './run-sums.ts';
import { printNarrowing } from './split-rows.ts';
import { wantSums } from './want-sums.ts';

const START = BigInt(Date.parse('2026-11-20T00:00:00Z')) * 1_000_000n;
const HOUR = 3_600_000_000_000n;
const END = START + 24n * HOUR;
const SPAN = { rows: 3, firstNanos: START + HOUR, lastNanos: START + 2n * HOUR };
const CLEAN: RowFacts = { checkedBatch: 7, hasUnchecked: false, pushed: undefined, odd: undefined, labels: undefined };
const MIXED: RowFacts = { checkedBatch: 7, hasUnchecked: true, pushed: SPAN, odd: SPAN, labels: undefined };

const METRICS = [
  'sum by (objectRef_namespace, objectRef_name, user_username) (count_over_time({log_type="audit"} |~ "/exec?" | json [2h])) > 0',
  'topk(10, sum by (user_username) (count_over_time({log_type="audit"} | json [24h])))',
  'sum by (responseStatus_code) (count_over_time({log_type="audit"} | json | responseStatus_code >= 400 and verb!~"get|list" [24h]))',
  'sum by (annotations_pod_security_kubernetes_io_enforce_policy, kind, nothing) (bytes_rate({log_type="audit"} | json | __error__="" [1h]))',
  'sum by (verb) (rate({cluster=~"prod-.*"} != "it\'s" |= "a" or "b" | json | user_username=~"(?i)BOB.*" | label_format who=verb [24h] offset 1h))',
  'count_over_time({app="shop"} |= "x" [1h])',
  'max_over_time({log_type="audit"} | json | unwrap responseStatus_code | __error__="" [1h]) by (verb)',
  'sum(count_over_time({log_type="audit"} | json [5m]))',
  'quantile_over_time(0.9, {log_type="audit"} | json | unwrap responseStatus_code [24h]) by (verb)',
  'avg_over_time({log_type="audit"} | json | unwrap duration(annotations_apiserver_latency_k8s_io_total) | __error__="" [24h]) by (verb, __error__)',
  'last_over_time({log_type="audit"} | json | unwrap responseStatus_code [1h]) by (verb)',
  'sum by (v, ns, policy) (count_over_time({log_type="audit"} | json v="verb", ns="objectRef.namespace", policy="annotations[\\"x.y/z\\"]" | v!="get" [1h]))',
  'count by (verb) (count_over_time({log_type="audit"} | json [24h]))',
  'avg by (verb) (avg_over_time({log_type="audit"} | json | unwrap responseStatus_code [24h]))',
  'sum by (x, who) (count_over_time({log_type="audit"} | json | label_format x="{{.verb}}/{{.responseStatus_code}}", who=user_username | line_format "{{.x}}" [1h]))',
  'sum by (n) (count_over_time({log_type="audit"} | json n="requestObject.spec.replicas" | n!="" [1h]))',
  'sum by (requestObject_kind, responseStatus_details_name, user_extra_x) (count_over_time({log_type="audit"} | json | requestObject!="" [1h]))',
] as const;
const UNPUSHED = [
  'count_over_time({log_type="audit"} | json [1h])',
  'sum without (auditID) (count_over_time({log_type="audit"} | json [1h]))',
  'rate_counter({log_type="audit"} | json | unwrap responseStatus_code [1h])',
  'sum by (spec) (count_over_time({log_type="audit"} | json spec="requestObject" [1h]))',
  'sum by (x) (count_over_time({log_type="audit"} | json | label_format x="{{.verb | upper}}" [1h]))',
  'bytes_over_time({log_type="audit"} | json | line_format "{{.verb}}" [1h])',
  'sum by (requestObject_metadata_annotations_kubectl_kubernetes_io_last_applied_configuration_x) (count_over_time({log_type="audit"} | json [1h]))',
  'sum by (verb) (count_over_time({log_type="audit"} | logfmt [1h]))',
] as const;
const LOGS = [
  '{log_type="audit"} |= "0f-1c" | json',
  '{log_type="audit"} !~ "(?i)kube.*" | json | verb="delete" or responseStatus_code == 403 | line_format "{{.verb}}"',
  '{app="shop"} |> "<_>a<_>b" | logfmt | level="x"',
] as const;

function parse(text: string): Query {
  const parsed = parseLogql(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.query;
}

function printMetric(text: string, facts: RowFacts, stepNanos: bigint | undefined): string {
  const query = parse(text);
  if (query.kind === 'log') throw new Error(text);
  const limits = { maxSeries: 100, maxPoints: 1000, maxSamples: 1000 };
  const prepared = prepareMetric(
    query,
    stepNanos === undefined
      ? { kind: 'instant', timeNanos: END }
      : { kind: 'range', startNanos: START, endNanos: END, stepNanos },
    { limits },
  );
  if (!prepared.ok) throw new Error(prepared.problem.message);
  const { steps } = prepared;
  return prepared.reads
    .map((read) => {
      const plan = planRange(read.query, read.grouping, findAbove(query, read.query));
      if (plan.kind === 'entries') return `-- not: ${plan.why}`;
      const { wanted, rest } = wantSums({
        tenant: 'audit',
        read,
        plan,
        steps,
        facts,
        maxSamples: 1000,
        pick: findPick(query, read.query),
      });
      return `${printSums(wanted)};${rest === undefined ? '' : `\n-- rest: ${rest}`}`;
    })
    .join('\n');
}

function printLogs(text: string, facts: RowFacts): string {
  const query = parse(text);
  if (query.kind !== 'log') throw new Error(text);
  const { conditions, exact, notes } = planStages(query.stages);
  const range = { startNanos: START, endNanos: END };
  const sql = conditions.map(({ sql, need }) => printNarrowing(sql, need, facts, range));
  const stages = notes.map(({ runs, why }) => `--   ${runs}: ${why}`);
  return [`-- ${exact ? 'exact' : 'narrowed'}`, ...stages, `WHERE ${sql.join(' AND ')};`].join('\n');
}

test('LogQL', async () => {
  const metrics = METRICS.flatMap((text) => [
    `-- ${text}\n${printMetric(text, CLEAN, undefined)}`,
    `-- in steps of 30 minutes, with pushed, odd and fresh rows\n${printMetric(text, MIXED, HOUR / 2n)}`,
  ]);
  const others = UNPUSHED.map((text) => `-- ${text}\n${printMetric(text, CLEAN, undefined)}`);
  const logs = LOGS.flatMap((text) => [`-- ${text}\n${printLogs(text, CLEAN)}`, printLogs(text, MIXED)]);
  const path = new URL('../../../../snapshots/logql.sql', import.meta.url).pathname;
  await expect(`${[...metrics, ...others, ...logs].join('\n\n')}\n`).toMatchFileSnapshot(path);
});
