// The columns of an answer's rows: names of the HTTP contract -> SQL over `records`.
import type { Filter, RecordRow, TableRow } from '@kubewitness/core/wire';
import { printIsOpen, type StoreFacts, showsAllStages } from './plan-filter.ts';

const ROW: { readonly [K in Exclude<keyof RecordRow, 'status' | 'cursor'>]: string } = {
  time: "toDateTime64(time, 6, 'UTC')",
  cluster: 'cluster',
  host: 'host',
  component: 'component',
  level: 'level',
  stage: 'stage',
  auditID: 'audit_id',
  verb: 'verb',
  user: 'username',
  groups: 'user_groups',
  impersonatedUser: 'impersonated_username',
  sourceIPs: 'source_ips',
  userAgent: 'user_agent',
  requestURI: 'request_uri',
  apiGroup: 'api_group',
  apiVersion: 'api_version',
  resource: 'resource',
  subresource: 'subresource',
  namespace: 'namespace',
  name: 'name',
  code: 'code',
  statusReason: 'status_reason',
  decision: 'decision',
  reason: 'reason',
  binding: 'auth_binding',
  role: 'auth_role',
  durationSeconds: 'if(duration_us < 0, NULL, duration_us / 1000000)',
  command: 'exec_command',
  container: 'container',
  stdin: 'stdin',
  tty: 'tty',
  truncated: 'truncated',
  source: 'source',
  position: 'position',
  path: 'path',
};

const TABLE: readonly Exclude<keyof TableRow, 'status'>[] = [
  'time',
  'cluster',
  'stage',
  'verb',
  'user',
  'impersonatedUser',
  'apiGroup',
  'resource',
  'subresource',
  'namespace',
  'name',
  'path',
  'code',
  'durationSeconds',
];

function printStatus(filter: Filter, facts: StoreFacts): string {
  // A listing without all stages holds no started request but the open ones.
  const open = showsAllStages(filter) ? printIsOpen(facts) : 'request_key != 0';
  return `multiIf(finished, 'finished', ${open}, 'open', 'stage') AS status`;
}

export const CURSOR_SQL = "concat(toString(toUnixTimestamp64Nano(time)), '-', lower(hex(record_id)))";

/** SELECT list of `view=row` and `view=table`. */
export function printRowColumns(view: 'row' | 'table', filter: Filter, facts: StoreFacts): string {
  const names = view === 'row' ? (Object.keys(ROW) as (keyof typeof ROW)[]) : TABLE;
  const columns = names.map((name) => `${ROW[name]} AS \`${name}\``);
  return [...columns, printStatus(filter, facts), `${CURSOR_SQL} AS cursor`].join(', ');
}
