// session_records: the few records that sessions are made of, copied out of `records` and never changed. The fold over it runs at read time.
import { type Column, DENSE, type Table } from './table.ts';

const low = (name: string): Column => ({ name, type: 'LowCardinality(String)' });
const text = (name: string): Column => ({ name, type: 'String', codec: DENSE });
const texts = (name: string): Column => ({ name, type: 'Array(String)', codec: DENSE });

export const SESSION_RECORDS: Table = {
  name: 'session_records',
  engine: 'MergeTree',
  // The same days as `records`, so that both lose a day together.
  partitionBy: 'toDate(time)',
  // Of five rows four are reports of kubelets: what a session begins and ends with lies together, and the rest of a day is not read.
  primaryKey: ['subresource', 'time'],
  orderBy: ['subresource', 'time', 'record_id'],
  columns: [
    { name: 'time', type: "DateTime64(9, 'UTC')", codec: 'T64, LZ4' },
    { name: 'record_id', type: 'FixedString(16)' },
    { name: 'batch', type: 'UInt64', codec: `Delta, ${DENSE}` },
    // 0 when unknown; both stages of one request have the same.
    { name: 'request_received', type: "DateTime64(9, 'UTC')", codec: 'T64, LZ4' },
    low('cluster'),
    low('host'),
    low('component'),
    low('level'),
    low('stage'),
    { name: 'code', type: 'UInt16' },
    text('audit_id'),
    text('request_uri'),
    low('verb'),
    low('username'),
    texts('user_groups'),
    text('impersonated_username'),
    texts('impersonated_groups'),
    texts('source_ips'),
    low('user_agent'),
    low('resource'),
    low('subresource'),
    low('namespace'),
    // Of the object, or of a recorded body when the object has none.
    { name: 'name', type: 'String', codec: 'LZ4' },
    text('container'),
    texts('exec_command'),
    { name: 'stdin', type: 'Bool' },
    { name: 'stdout', type: 'Bool' },
    { name: 'tty', type: 'Bool' },
    low('decision'),
    low('reason'),
    text('message'),
    low('login_decision'),
    text('login_name'),
    text('caller_pod'),
    low('caller_node'),
    { name: 'starting', type: 'Bool' },
    // The pod's spec as JSON, when the policy records bodies.
    text('spec'),
    text('binding_target'),
    text('managed_by'),
    text('debug_source'),
  ],
  settings: { index_granularity: 1024 },
};
