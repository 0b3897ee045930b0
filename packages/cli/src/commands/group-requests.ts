// Records of one audit ID -> the requests they belong to, each a list of records, oldest first.
import { parseTimeNanos } from '@kubewitness/core/event';
import { numberOf, type Row, textOf } from '../output/index.ts';

/** Clients choose the ID, so what a request is has to come from the rest as well. */
const OWN_FIELDS = ['auditID', 'user', 'requestURI', 'cluster'];

interface Span {
  readonly row: Row;
  readonly startMicros: number;
  readonly endMicros: number;
}

/** When the API server received the request, up to this record; undefined where the record does not tell (v1alpha1). */
function findSpan(row: Row): Span | undefined {
  const nanos = parseTimeNanos(textOf(row, 'time'));
  const seconds = numberOf(row, 'durationSeconds');
  if (seconds === undefined || nanos === undefined) return undefined;
  const endMicros = Number(nanos / 1000n);
  return { row, startMicros: endMicros - Math.round(seconds * 1e6), endMicros };
}

/**
 * The same user may ask the same again under the same ID: all records of a request begin at the moment it was received, so what begins after
 * everything before has ended is another one. What an aggregated API server wrote lies inside the request that it served.
 */
function cutByTime(rows: readonly Row[]): readonly (readonly Row[])[] {
  const spans = rows.flatMap((row) => findSpan(row) ?? []);
  if (spans.length < rows.length) return [rows];
  const requests: Row[][] = [];
  let endMicros = Number.NEGATIVE_INFINITY;
  for (const span of spans.sort((a, b) => a.startMicros - b.startMicros || a.endMicros - b.endMicros)) {
    const current = requests.at(-1);
    if (current === undefined || span.startMicros > endMicros) requests.push([span.row]);
    else current.push(span.row);
    endMicros = Math.max(endMicros, span.endMicros);
  }
  return requests;
}

/** `rows` come oldest first. */
export function groupRequests(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(OWN_FIELDS.map((name) => textOf(row, name)));
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return [...groups.values()]
    .flatMap(cutByTime)
    .map((request) => request.toSorted((a, b) => compareTexts(textOf(a, 'time'), textOf(b, 'time'))))
    .sort((a, b) => compareTexts(textOf(a[0] ?? {}, 'time'), textOf(b[0] ?? {}, 'time')));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
