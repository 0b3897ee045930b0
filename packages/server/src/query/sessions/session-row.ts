// A row of session_records -> SessionRecord. The columns asked for and their reading stand side by side.
import { parsePodFacts, type SessionRecord } from '@kubewitness/core/sessions';

interface SessionRowJson {
  readonly recordId: string;
  readonly timeNanos: string;
  readonly requestReceivedNanos: string;
  readonly spec: string;
  readonly bindingTarget: string;
  readonly managedBy: string;
  readonly debugSource: string;
}

/** What JSONEachRow gives for SESSION_COLUMNS. */
export type StoredSessionRecord = SessionRowJson & Omit<SessionRecord, 'timeNanos' | 'requestReceivedNanos' | 'pod'>;

const PLAIN: readonly (readonly [column: string, name: string])[] = [
  ['cluster', 'cluster'],
  ['host', 'host'],
  ['component', 'component'],
  ['level', 'level'],
  ['stage', 'stage'],
  ['code', 'code'],
  ['audit_id', 'auditId'],
  ['request_uri', 'requestUri'],
  ['verb', 'verb'],
  ['username', 'username'],
  ['user_groups', 'userGroups'],
  ['impersonated_username', 'impersonatedUsername'],
  ['impersonated_groups', 'impersonatedGroups'],
  ['source_ips', 'sourceIps'],
  ['user_agent', 'userAgent'],
  ['namespace', 'namespace'],
  ['resource', 'resource'],
  ['subresource', 'subresource'],
  ['name', 'name'],
  ['container', 'container'],
  ['exec_command', 'execCommand'],
  ['stdin', 'stdin'],
  ['stdout', 'stdout'],
  ['tty', 'tty'],
  ['decision', 'decision'],
  ['reason', 'reason'],
  ['message', 'message'],
  ['login_decision', 'loginDecision'],
  ['login_name', 'loginName'],
  ['caller_pod', 'callerPod'],
  ['caller_node', 'callerNode'],
  ['starting', 'starting'],
  ['spec', 'spec'],
  ['binding_target', 'bindingTarget'],
  ['managed_by', 'managedBy'],
  ['debug_source', 'debugSource'],
];

export const SESSION_COLUMNS = [
  'lower(hex(record_id)) AS recordId',
  'toString(toUnixTimestamp64Nano(time)) AS timeNanos',
  'toString(toUnixTimestamp64Nano(request_received)) AS requestReceivedNanos',
  ...PLAIN.map(([column, name]) => (column === name ? column : `${column} AS ${name}`)),
].join(', ');

export function readSessionRow(row: StoredSessionRecord): SessionRecord {
  const { spec, bindingTarget, managedBy, debugSource, timeNanos, requestReceivedNanos, ...plain } = row;
  return {
    ...plain,
    timeNanos: BigInt(timeNanos),
    requestReceivedNanos: BigInt(requestReceivedNanos),
    pod: parsePodFacts({ spec, bindingTarget, managedBy, debugSource }),
  };
}
