// What core/formats reads out of a line, as the columns of a stored record: fields in, cells out. Text is latin1 of its UTF-8 bytes.
import type { AuditFields } from '@kubewitness/core/event';
import { isFinished } from '@kubewitness/core/event';
import type { Cell } from './stored-columns.ts';

const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const all = (texts: readonly string[]): Cell => texts.map(bytes);

const DECISION = 'authorization.k8s.io/decision';
const REASON = 'authorization.k8s.io/reason';

/** Column by column: the SQL that reads it, and what it has to be. */
export const COLUMNS: readonly (readonly [string, (fields: AuditFields) => Cell])[] = [
  ['toString(toUnixTimestamp64Nano(time))', (fields) => String(fields.timeNanos)],
  ['toString(duration_us)', (fields) => String(durationMicros(fields))],
  ['level', (fields) => bytes(fields.level)],
  ['stage', (fields) => bytes(fields.stage)],
  ['audit_id', (fields) => bytes(fields.auditId)],
  ['request_uri', (fields) => bytes(fields.requestUri)],
  ['verb', (fields) => bytes(fields.verb)],
  ['username', (fields) => bytes(fields.username)],
  ['user_uid', (fields) => bytes(fields.userUid)],
  ['user_groups', (fields) => all(fields.userGroups)],
  ['impersonated_username', (fields) => bytes(fields.impersonatedUsername)],
  ['impersonated_groups', (fields) => all(fields.impersonatedGroups)],
  ['source_ips', (fields) => all(fields.sourceIps)],
  ['user_agent', (fields) => bytes(fields.userAgent)],
  ['resource', (fields) => bytes(fields.resource)],
  ['subresource', (fields) => bytes(fields.subresource)],
  ['namespace', (fields) => bytes(fields.namespace)],
  ['name', (fields) => bytes(fields.name)],
  ['api_group', (fields) => bytes(fields.apiGroup)],
  ['api_version', (fields) => bytes(fields.apiVersion)],
  ['code', (fields) => fields.code],
  ['status_reason', (fields) => bytes(fields.statusReason)],
  ['exec_command', (fields) => all(fields.execCommand)],
  ['container', (fields) => bytes(fields.container)],
  ['stdin', (fields) => fields.stdin],
  ['stdout', (fields) => fields.stdout],
  ['tty', (fields) => fields.tty],
  ['decision', (fields) => bytes(fields.annotations.get(DECISION) ?? '')],
  ['reason', (fields) => bytes(fields.annotations.get(REASON) ?? '')],
  ['truncated', (fields) => fields.annotations.get('audit.k8s.io/truncated') === 'true'],
  ['finished', (fields) => isFinished(fields.stage, fields.code)],
  // As pairs: an object would hide a key that is there twice.
  [
    'arrayZip(mapKeys(annotations), mapValues(annotations))',
    (fields) =>
      [...fields.annotations]
        .filter(([key]) => key !== DECISION && key !== REASON)
        .map(([key, value]) => [bytes(key), bytes(value)]),
  ],
];

const LATEST_NANOS = 2n ** 63n - 1n;
const isStorable = (nanos: bigint): boolean => nanos >= 0n && nanos <= LATEST_NANOS;

function durationMicros({ timeNanos, requestReceivedNanos }: AuditFields): bigint {
  if (requestReceivedNanos === 0n || !isStorable(requestReceivedNanos)) return -1n;
  return (timeNanos - requestReceivedNanos) / 1000n;
}

/** The time column holds nothing before 1970 and after 2262: such events are quarantined. */
export function hasStorableTime({ timeNanos }: AuditFields): boolean {
  return isStorable(timeNanos);
}
