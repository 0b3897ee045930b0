// session_records: the few records that sessions are made of, copied out of `records` and never changed. The fold over it runs at read time.
import { type Column, DENSE, type Table } from './table.ts';

const LOW = 'LowCardinality(String)';
const low = (name: string): Column => ({ name, type: LOW });
const nanos = (name: string): Column => ({ name, type: "DateTime64(9, 'UTC')", codec: 'T64, LZ4' });
const long = (name: string): Column => ({ name, type: 'String', codec: DENSE });
const text = (name: string): Column => ({ name, type: 'String' });
const texts = (name: string): Column => ({ name, type: 'Array(String)' });
const flag = (name: string): Column => ({ name, type: 'Bool' });

/** What questions choose by and sort by. */
const KEYS: readonly Column[] = [
  nanos('time'),
  { name: 'record_id', type: 'FixedString(16)' },
  { name: 'batch', type: 'UInt64', codec: `Delta, ${DENSE}` },
  // 0 when unknown; both stages of one request have the same.
  nanos('request_received'),
  low('cluster'),
  low('stage'),
  { name: 'code', type: 'UInt16' },
  long('audit_id'),
  long('request_uri'),
  low('verb'),
  low('username'),
  text('impersonated_username'),
  low('resource'),
  low('subresource'),
  low('namespace'),
  // Of the object, or of a recorded body when the object has none.
  text('name'),
  low('login_decision'),
  text('login_name'),
  flag('starting'),
];

/** All that a session record is made of. */
export const SESSION_FIELDS: readonly Column[] = [
  ...KEYS,
  // When the API server wrote it; `time` is that of the row in `records`, which a log shipper may have set by its own clock.
  nanos('event_time'),
  low('host'),
  low('component'),
  low('level'),
  texts('user_groups'),
  texts('impersonated_groups'),
  texts('source_ips'),
  low('user_agent'),
  text('container'),
  texts('exec_command'),
  flag('stdin'),
  flag('stdout'),
  flag('tty'),
  low('decision'),
  low('reason'),
  text('message'),
  text('caller_pod'),
  low('caller_node'),
  // The pod's spec as JSON, when the policy records bodies.
  text('spec'),
  text('binding_target'),
  text('managed_by'),
  text('debug_source'),
];

/** 64-bit numbers as texts, since JSON's readers know 53 bits. */
const AS_TEXT: Readonly<Record<string, string>> = {
  record_id: 'lower(hex(record_id))',
  time: 'toString(toUnixTimestamp64Nano(event_time))',
  request_received: 'toString(toUnixTimestamp64Nano(request_received))',
};

const UNPACKED: readonly string[] = ['batch', 'event_time'];

/** A truth that was just computed is a number until it has lain in a column. */
const PACKED = SESSION_FIELDS.filter(({ name }) => !UNPACKED.includes(name)).map(({ name, type }) =>
  type === 'Bool' ? `toBool(${name})` : (AS_TEXT[name] ?? name),
);

/** Of the columns SESSION_FIELDS: the value of `packed`, a JSON list in their order, without the batch; its time is that of the event. */
export const PACK_SESSION_RECORD = `toJSONString(tuple(${PACKED.join(', ')}))`;

export const SESSION_RECORDS: Table = {
  name: 'session_records',
  engine: 'MergeTree',
  // The same days as `records`, so that both lose a day together.
  partitionBy: 'toDate(time)',
  // Of five rows four are reports of kubelets: what a session begins and ends with lies together, and the rest of a day is not read.
  primaryKey: ['subresource', 'time'],
  orderBy: ['subresource', 'time', 'record_id'],
  // A record is read as a whole: as forty columns that took twice as long, half of it to plan the statement.
  columns: [...KEYS, long('packed')],
  settings: { index_granularity: 1024 },
};
