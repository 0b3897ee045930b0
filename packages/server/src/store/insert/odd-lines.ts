// Second parse road: lines that wait in `staging` -> core/formats -> a file of rows, parsed or refused.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { SegmentSource } from '@kubewitness/core/event';
import type { Column } from '../schema/table.ts';
import { FIELD_COLUMNS, PUSH_COLUMNS } from '../schema/tables.ts';
import { createOddLineReader, isStorable, type OddLine, type OddRow } from './read-odd-line.ts';
import { type RowReader, RowWriter, readRows } from './row-binary.ts';
import { printSourceIndex, type SegmentGroup } from './segment-group.ts';

const plain = ({ name, type }: Column): Column => ({
  name,
  type: type.replaceAll('LowCardinality(String)', 'String'),
});

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
  ...FIELD_COLUMNS.map(plain),
  { name: 'identity_head', type: 'String' },
  { name: 'cluster', type: 'String' },
  { name: 'host', type: 'String' },
  { name: 'component', type: 'String' },
  { name: 'log_type', type: 'String' },
  { name: 'log_source', type: 'String' },
  ...PUSH_COLUMNS.map(plain),
];

/** Waiting rows have time 0. */
export function printSelectOddLines(group: SegmentGroup): string {
  return `SELECT ${printSourceIndex(group)}, position, toUnixTimestamp64Micro(arrival), status_reason, line FROM staging
WHERE time = toDateTime64(0, 9, 'UTC') ORDER BY batch, position FORMAT RowBinary`;
}

function readOddLine(reader: RowReader): OddLine {
  return {
    source: reader.uint16(),
    position: reader.uint64(),
    arrival: reader.int64(),
    problem: reader.bytes().toString(),
    line: reader.bytes(),
  };
}

/** The order is that of ODD_COLUMNS. */
function writeRow(writer: RowWriter, odd: OddLine, row: OddRow): void {
  const { fields } = row;
  writer.uint16(odd.source);
  writer.uint64(odd.position);
  writer.int64(odd.arrival);
  writer.text(row.problem);
  writer.bytes(row.line);
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
  writer.text(fields.statusMessage);
  writer.text(fields.callerPod);
  writer.text(fields.callerNode);
  writer.text(row.identityHead);
  writer.text(row.cluster);
  writer.text(row.host);
  writer.text(row.component);
  writer.text(row.logType);
  writer.text(row.logSource);
  writer.text(row.tenant);
  writer.map(new Map(Object.entries(row.labels)));
  writer.map(new Map(Object.entries(row.metadata)));
}

/** What became of the lines of one source that waited. */
export interface OddCounts {
  read: number;
  quarantined: number;
}

/**
 * Reads the waiting lines from `chunks` and writes their rows to `path`; `sources` are those of the group.
 * @returns counts by the number of the source.
 */
export async function writeOddRows(
  chunks: AsyncIterable<Buffer>,
  path: string,
  sources: readonly (SegmentSource | undefined)[],
): Promise<ReadonlyMap<number, OddCounts>> {
  const out = createWriteStream(path, { mode: 0o600 });
  const failed = once(out, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  const writer = new RowWriter();
  const counts = new Map<number, OddCounts>();
  const readLine = createOddLineReader(sources);
  const flush = async () => {
    if (!out.write(writer.take())) await Promise.race([once(out, 'drain'), failed]);
  };
  for await (const odd of readRows(chunks, readOddLine)) {
    const row = readLine(odd);
    writeRow(writer, odd, row);
    const count = counts.get(odd.source) ?? { read: 0, quarantined: 0 };
    counts.set(odd.source, count);
    count.read += 1;
    if (row.problem !== '') count.quarantined += 1;
    if (writer.length > 1024 * 1024) await flush();
  }
  await flush();
  out.end();
  await Promise.race([once(out, 'close'), failed]);
  return counts;
}
