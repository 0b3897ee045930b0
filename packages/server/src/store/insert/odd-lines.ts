// Second parse road: lines that wait in `staging` -> core/formats -> a file of rows, parsed or refused.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { AuditFields } from '@kubewitness/core/event';
import { type ParsedAuditLine, parseAuditLine } from '@kubewitness/core/formats';
import type { Column } from '../schema/table.ts';
import { FIELD_COLUMNS } from '../schema/tables.ts';
import { type RowReader, RowWriter, readRows } from './row-binary.ts';

interface OddLine {
  readonly source: number;
  readonly position: bigint;
  readonly arrival: bigint;
  /** '' for a line to be parsed; else why intake refused it. */
  readonly problem: string;
  readonly line: Buffer;
}

/** One row of the file, in RowBinary. */
export const ODD_COLUMNS: readonly Column[] = [
  { name: 'source', type: 'UInt16' },
  { name: 'position', type: 'UInt64' },
  { name: 'arrival', type: 'Int64' },
  { name: 'problem', type: 'String' },
  { name: 'line', type: 'String' },
  { name: 'time', type: "DateTime64(9, 'UTC')" },
  { name: 'request_received', type: "DateTime64(9, 'UTC')" },
  { name: 'annotations', type: 'Map(String, String)' },
  ...FIELD_COLUMNS.map(({ name, type }) => ({ name, type: type.replaceAll('LowCardinality(String)', 'String') })),
];

/** Waiting rows have time 0; source 0 describes sources. */
export const SELECT_ODD_LINES = `SELECT batch_source, position, toUnixTimestamp64Micro(arrival), status_reason, line FROM staging
WHERE time = toDateTime64(0, 9, 'UTC') AND batch_source > 0 ORDER BY position FORMAT RowBinary`;

function readOddLine(reader: RowReader): OddLine {
  return {
    source: reader.uint16(),
    position: reader.uint64(),
    arrival: reader.int64(),
    problem: reader.bytes().toString(),
    line: reader.bytes(),
  };
}

const NO_FIELDS: AuditFields = {
  timeNanos: 0n,
  requestReceivedNanos: 0n,
  level: '',
  stage: '',
  auditId: '',
  requestUri: '',
  verb: '',
  username: '',
  userUid: '',
  userGroups: [],
  impersonatedUsername: '',
  impersonatedGroups: [],
  sourceIps: [],
  userAgent: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  apiGroup: '',
  apiVersion: '',
  code: 0,
  statusReason: '',
  annotations: new Map(),
  execCommand: [],
  container: '',
  stdin: false,
  stdout: false,
  tty: false,
};

/** The time column holds nanoseconds in 64 bits, and a day before 1970 is a clock that was never set. */
const LATEST_NANOS = 2n ** 63n - 1n;

function parseStorable({ line, problem }: OddLine): ParsedAuditLine {
  if (problem !== '') return { ok: false, problem };
  const parsed = parseAuditLine(line);
  if (!parsed.ok || isStorable(parsed.fields.timeNanos)) return parsed;
  return { ok: false, problem: 'the time of the event lies outside 1970 to 2262' };
}

function isStorable(nanos: bigint): boolean {
  return nanos >= 0n && nanos <= LATEST_NANOS;
}

/** The order is that of ODD_COLUMNS. */
function writeRow(writer: RowWriter, odd: OddLine, problem: string, fields: AuditFields): void {
  writer.uint16(odd.source);
  writer.uint64(odd.position);
  writer.int64(odd.arrival);
  writer.text(problem);
  writer.bytes(odd.line);
  writer.int64(fields.timeNanos);
  writer.int64(isStorable(fields.requestReceivedNanos) ? fields.requestReceivedNanos : 0n);
  writer.map(fields.annotations);
  writer.text(fields.level);
  writer.text(fields.stage);
  writer.text(fields.auditId);
  writer.text(fields.requestUri);
  writer.text(fields.verb);
  writer.text(fields.username);
  writer.text(fields.userUid);
  writer.texts(fields.userGroups);
  writer.text(fields.impersonatedUsername);
  writer.texts(fields.impersonatedGroups);
  writer.texts(fields.sourceIps);
  writer.text(fields.userAgent);
  writer.text(fields.resource);
  writer.text(fields.subresource);
  writer.text(fields.namespace);
  writer.text(fields.name);
  writer.text(fields.apiGroup);
  writer.text(fields.apiVersion);
  writer.uint16(fields.code);
  writer.text(fields.statusReason);
  writer.texts(fields.execCommand);
  writer.text(fields.container);
  writer.uint8(fields.stdin ? 1 : 0);
  writer.uint8(fields.stdout ? 1 : 0);
  writer.uint8(fields.tty ? 1 : 0);
}

/** What became of the lines of one source that waited. */
export interface OddCounts {
  read: number;
  quarantined: number;
}

/**
 * Reads the waiting lines from `chunks` and writes their rows to `path`.
 * @returns counts by the number of the source.
 */
export async function writeOddRows(
  chunks: AsyncIterable<Buffer>,
  path: string,
): Promise<ReadonlyMap<number, OddCounts>> {
  const out = createWriteStream(path, { mode: 0o600 });
  const failed = once(out, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  const writer = new RowWriter();
  const counts = new Map<number, OddCounts>();
  const flush = async () => {
    if (!out.write(writer.take())) await Promise.race([once(out, 'drain'), failed]);
  };
  for await (const odd of readRows(chunks, readOddLine)) {
    const parsed = parseStorable(odd);
    writeRow(writer, odd, parsed.ok ? '' : parsed.problem, parsed.ok ? parsed.fields : NO_FIELDS);
    const count = counts.get(odd.source) ?? { read: 0, quarantined: 0 };
    counts.set(odd.source, count);
    count.read += 1;
    if (!parsed.ok) count.quarantined += 1;
    if (writer.length > 1024 * 1024) await flush();
  }
  await flush();
  out.end();
  await Promise.race([once(out, 'close'), failed]);
  return counts;
}
