// Rows of `records` as entries of Loki: the columns to select, RowBinary in, entries in batches out.
import type { Entry, Labels } from '@kubewitness/core/logql';
import { type RowReader, readRows } from '../../store/index.ts';
import { LABEL_COLUMNS } from './label-sql.ts';

const NAMES = Object.keys(LABEL_COLUMNS);

/** A stream: whether it was pushed, the labels that are columns, the labels it was pushed with. Sent as they are; the engine builds no maps. */
const STREAM_COLUMNS: readonly string[] = ["source_kind = 'push'", ...Object.values(LABEL_COLUMNS), 'labels'];

/** `line`: what is read as the line. */
export const printEntryColumns = (line: string): string =>
  ['toUnixTimestamp64Nano(time)', ...STREAM_COLUMNS, 'metadata', line].join(', ');

const NO_LABELS: Labels = {};
/** Beyond this many streams in one answer labels are read again for each entry. */
const MAX_KNOWN_STREAMS = 50_000;
const BATCH_ENTRIES = 1000;
const BATCH_CHARS = 1024 * 1024;

const readText = (reader: RowReader): string => reader.bytes().toString('utf8');

function readMap(reader: RowReader): Labels {
  const size = reader.varint();
  if (size === 0) return NO_LABELS;
  const pairs: [string, string][] = [];
  for (let i = 0; i < size; i++) pairs.push([readText(reader), readText(reader)]);
  return Object.fromEntries(pairs);
}

function skipStream(reader: RowReader): void {
  reader.fixed(1);
  for (let i = 0; i < NAMES.length; i++) reader.bytes();
  const size = reader.varint();
  for (let i = 0; i < size * 2; i++) reader.bytes();
}

/** A pushed stream has the labels it came with; a collected one has those of its columns that have a value. */
function readStream(reader: RowReader): Labels {
  const isPushed = reader.fixed(1)[0] === 1;
  const own = NAMES.map((name) => [name, readText(reader)] as const);
  const pushed = readMap(reader);
  return isPushed ? pushed : Object.fromEntries(own.filter(([, value]) => value !== ''));
}

/** Reads whether a stream was pushed, the labels that are columns, and those it was pushed with; equal streams give one object. */
export function createStreamReader(): (reader: RowReader) => Labels {
  const known = new Map<string, Labels>();
  return (reader) => {
    const start = reader.at;
    skipStream(reader);
    const end = reader.at;
    const key = reader.buffer.toString('latin1', start, end);
    const found = known.get(key);
    if (found !== undefined) return found;
    reader.at = start;
    const labels = readStream(reader);
    if (known.size < MAX_KNOWN_STREAMS) known.set(key, labels);
    return labels;
  };
}

/** Reads these columns; a batch is a thousand entries or about a megabyte of lines. */
export async function* readEntryBatches(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly Entry[], void, void> {
  const readLabels = createStreamReader();
  let batch: Entry[] = [];
  let chars = 0;
  const rows = readRows(chunks, (reader) => ({
    timeNanos: reader.int64(),
    labels: readLabels(reader),
    metadata: readMap(reader),
    line: readText(reader),
  }));
  for await (const entry of rows) {
    batch.push(entry);
    chars += entry.line.length;
    if (batch.length < BATCH_ENTRIES && chars < BATCH_CHARS) continue;
    yield batch;
    batch = [];
    chars = 0;
  }
  if (batch.length > 0) yield batch;
}
