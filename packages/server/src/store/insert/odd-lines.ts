// Second parse road: lines that the engine's statement left (road 1) -> core/formats -> rows for `staging`, parsed or refused.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { AuditFields, Segment } from '@kubewitness/core/event';
import { type ParsedAuditLine, parseAuditLine } from '@kubewitness/core/formats';
import { STAGING } from '../schema/tables.ts';
import { quoteLiteral } from '../sql/quote-literal.ts';
import { type RowReader, RowWriter, readRows } from './row-binary.ts';
import { printRecordId, printSourceText } from './stage-segment.ts';

interface OddLine {
  readonly source: number;
  readonly position: bigint;
  readonly arrival: bigint;
  readonly line: Buffer;
}

export const SELECT_ODD_LINES = 'SELECT source, position, arrival, line FROM staging WHERE road = 1 FORMAT RowBinary';

function readOddLine(reader: RowReader): OddLine {
  return { source: reader.uint16(), position: reader.uint64(), arrival: reader.int64(), line: reader.bytes() };
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

function parseStorable(line: Buffer): ParsedAuditLine {
  const parsed = parseAuditLine(line);
  if (!parsed.ok || isStorable(parsed.fields.timeNanos)) return parsed;
  return { ok: false, problem: 'the time of the event lies outside 1970 to 2262' };
}

function isStorable(nanos: bigint): boolean {
  return nanos >= 0n && nanos <= LATEST_NANOS;
}

/** The order is STAGING's, record_id left out: the engine computes it. */
function writeRow(writer: RowWriter, odd: OddLine, problem: string, fields: AuditFields): void {
  writer.uint16(odd.source);
  writer.uint64(odd.position);
  writer.int64(odd.arrival);
  writer.text(problem);
  writer.bytes(odd.line);
  writer.uint8(problem === '' ? 0 : 2);
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

/**
 * Reads the odd lines of the staging table from `chunks` and writes their rows to `path`.
 * @returns how many rows the file has.
 */
export async function writeOddRows(chunks: AsyncIterable<Buffer>, path: string): Promise<number> {
  const out = createWriteStream(path, { mode: 0o600 });
  const failed = once(out, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  const writer = new RowWriter();
  let rows = 0;
  const flush = async () => {
    if (!out.write(writer.take())) await Promise.race([once(out, 'drain'), failed]);
  };
  for await (const odd of readRows(chunks, readOddLine)) {
    const parsed = parseStorable(odd.line);
    writeRow(writer, odd, parsed.ok ? '' : parsed.problem, parsed.ok ? parsed.fields : NO_FIELDS);
    rows += 1;
    if (writer.length > 1024 * 1024) await flush();
  }
  await flush();
  out.end();
  await Promise.race([once(out, 'close'), failed]);
  return rows;
}

/** INSERT INTO staging … FROM the file that writeOddRows wrote. */
export function printStageOddRows(segment: Segment, path: string): string {
  const columns = STAGING.columns.filter((column) => column.name !== 'record_id');
  const structure = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  return `INSERT INTO staging SELECT ${columns.map(({ name }) => name).join(', ')},
  ${printRecordId(printSourceText(segment, (source) => source.cluster))} AS record_id
FROM file(${quoteLiteral(path)}, 'RowBinary', ${quoteLiteral(structure)})`;
}
