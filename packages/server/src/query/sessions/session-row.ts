// A row of session_records -> SessionRecord. The columns asked for and their reading stand side by side; rows are lists, which parse fastest.
import { parsePodFacts, type SessionRecord } from '@kubewitness/core/sessions';

/** The columns in the order in which readSessionRow takes them. */
export const SESSION_COLUMNS = [
  'lower(hex(record_id))',
  'toString(toUnixTimestamp64Nano(time))',
  'toString(toUnixTimestamp64Nano(request_received))',
  'cluster, host, component, level, stage, code, audit_id, request_uri, verb',
  'username, user_groups, impersonated_username, impersonated_groups, source_ips, user_agent',
  'namespace, resource, subresource, name, container, exec_command, stdin, stdout, tty',
  'decision, reason, message, login_decision, login_name, caller_pod, caller_node, starting',
  'spec, binding_target, managed_by, debug_source',
].join(', ');

/** One row of JSONCompact for SESSION_COLUMNS. */
export type StoredSessionRecord = readonly [
  recordId: string,
  timeNanos: string,
  requestReceivedNanos: string,
  cluster: string,
  host: string,
  component: string,
  level: string,
  stage: string,
  code: number,
  auditId: string,
  requestUri: string,
  verb: string,
  username: string,
  userGroups: readonly string[],
  impersonatedUsername: string,
  impersonatedGroups: readonly string[],
  sourceIps: readonly string[],
  userAgent: string,
  namespace: string,
  resource: string,
  subresource: string,
  name: string,
  container: string,
  execCommand: readonly string[],
  stdin: boolean,
  stdout: boolean,
  tty: boolean,
  decision: string,
  reason: string,
  message: string,
  loginDecision: string,
  loginName: string,
  callerPod: string,
  callerNode: string,
  starting: boolean,
  spec: string,
  bindingTarget: string,
  managedBy: string,
  debugSource: string,
];

export function readSessionRow(row: StoredSessionRecord): SessionRecord {
  return {
    recordId: row[0],
    timeNanos: BigInt(row[1]),
    requestReceivedNanos: BigInt(row[2]),
    cluster: row[3],
    host: row[4],
    component: row[5],
    level: row[6],
    stage: row[7],
    code: row[8],
    auditId: row[9],
    requestUri: row[10],
    verb: row[11],
    username: row[12],
    userGroups: row[13],
    impersonatedUsername: row[14],
    impersonatedGroups: row[15],
    sourceIps: row[16],
    userAgent: row[17],
    namespace: row[18],
    resource: row[19],
    subresource: row[20],
    name: row[21],
    container: row[22],
    execCommand: row[23],
    stdin: row[24],
    stdout: row[25],
    tty: row[26],
    decision: row[27],
    reason: row[28],
    message: row[29],
    loginDecision: row[30],
    loginName: row[31],
    callerPod: row[32],
    callerNode: row[33],
    starting: row[34],
    pod: parsePodFacts({ spec: row[35], bindingTarget: row[36], managedBy: row[37], debugSource: row[38] }),
  };
}

/** As much of a stream as tells what else is needed. */
export type StreamKey = Pick<
  SessionRecord,
  'timeNanos' | 'requestReceivedNanos' | 'stage' | 'auditId' | 'verb' | 'username' | 'resource' | 'name' | 'requestUri'
>;

/** The columns in the order in which readStreamKey takes them. What goes through the kubelet has its pod in the path only. */
export const STREAM_KEY_COLUMNS = [
  'toString(toUnixTimestamp64Nano(time))',
  'toString(toUnixTimestamp64Nano(request_received))',
  "stage, audit_id, verb, username, resource, name, if(resource = 'pods', '', request_uri)",
].join(', ');

/** One row of JSONCompact for STREAM_KEY_COLUMNS. */
export type StoredStreamKey = readonly [
  timeNanos: string,
  requestReceivedNanos: string,
  stage: string,
  auditId: string,
  verb: string,
  username: string,
  resource: string,
  name: string,
  requestUri: string,
];

export function readStreamKey(row: StoredStreamKey): StreamKey {
  return {
    timeNanos: BigInt(row[0]),
    requestReceivedNanos: BigInt(row[1]),
    stage: row[2],
    auditId: row[3],
    verb: row[4],
    username: row[5],
    resource: row[6],
    name: row[7],
    requestUri: row[8],
  };
}
