// OpenTelemetry's resources, scopes and records -> streams, mapped as Loki documents: some resource attributes are labels, the rest metadata.
import { createLabelMap, createStreamLabels, type PushEntry, type PushStream } from '../loki-push/push-stream.ts';
import type { OtlpRecord, OtlpResource, OtlpScope } from './otlp-record.ts';
import { flattenPairs, printOtlpValue } from './otlp-value.ts';

/** Loki's default list of resource attributes that become labels. */
const LABEL_ATTRIBUTES: ReadonlySet<string> = new Set([
  'cloud.availability_zone',
  'cloud.region',
  'container.name',
  'deployment.environment',
  'deployment.environment.name',
  'k8s.cluster.name',
  'k8s.container.name',
  'k8s.cronjob.name',
  'k8s.daemonset.name',
  'k8s.deployment.name',
  'k8s.job.name',
  'k8s.namespace.name',
  'k8s.pod.name',
  'k8s.replicaset.name',
  'k8s.statefulset.name',
  'service.instance.id',
  'service.name',
  'service.namespace',
]);

type Pair = readonly [string, string];

function scopePairs({ name, version, attributes, droppedAttributes }: OtlpScope): Pair[] {
  return [
    ...flattenPairs(attributes),
    ...(name === '' ? [] : [['scope_name', name] as const]),
    ...(version === '' ? [] : [['scope_version', version] as const]),
    ...(droppedAttributes === 0 ? [] : [['scope_dropped_attributes_count', String(droppedAttributes)] as const]),
  ];
}

function recordPairs(record: OtlpRecord): Pair[] {
  const facts: Pair[] = [
    // When the record has no time of its own, the observed one is the entry's time and need not be said twice.
    ['observed_timestamp', record.timeNanos === 0n || record.observedNanos === 0n ? '' : String(record.observedNanos)],
    ['severity_number', record.severityNumber === 0 ? '' : String(record.severityNumber)],
    ['severity_text', record.severityText],
    ['dropped_attributes_count', record.droppedAttributes === 0 ? '' : String(record.droppedAttributes)],
    ['flags', record.flags === 0 ? '' : String(record.flags)],
    ['trace_id', record.traceId],
    ['span_id', record.spanId],
    ['event_name', record.eventName],
  ];
  return [...flattenPairs(record.attributes), ...facts.filter(([, value]) => value !== '')];
}

function createEntry(record: OtlpRecord, shared: readonly Pair[], nowNanos: bigint): PushEntry {
  const { timeNanos, observedNanos } = record;
  return {
    timeNanos: timeNanos !== 0n ? timeNanos : observedNanos !== 0n ? observedNanos : nowNanos,
    line: printOtlpValue(record.body),
    metadata: createLabelMap([...shared, ...recordPairs(record)]),
  };
}

/** `nowNanos` is for records that carry no time at all. */
export function mapToStreams(resources: readonly OtlpResource[], nowNanos: bigint): readonly PushStream[] {
  return resources.flatMap(({ attributes, scopes }) => {
    const labelled = attributes.filter((pair) => LABEL_ATTRIBUTES.has(pair.key));
    const labels = createStreamLabels(flattenPairs(labelled));
    const shared = flattenPairs(attributes.filter((pair) => !LABEL_ATTRIBUTES.has(pair.key)));
    const entries = scopes.flatMap((scope) => {
      const around = [...shared, ...scopePairs(scope)];
      return scope.records.map((record) => createEntry(record, around, nowNanos));
    });
    if (entries.length === 0) return [];
    // A stream needs a label; this is the one that Loki invents as well.
    const found = Object.keys(labels).length > 0;
    return [{ labels: found ? labels : createStreamLabels([['service_name', 'unknown_service']]), entries }];
  });
}
