// The answer to a log query in Loki's JSON shape: rows in the order of the answer in, the `data` of the response out.
import type { Labels } from '../pipeline/entry.ts';

/** One line of an answer with its labels by origin, the error labels among the parsed ones. */
export interface StreamRow {
  readonly timeNanos: bigint;
  readonly line: string;
  readonly stream: Labels;
  readonly metadata: Labels;
  readonly parsed: Labels;
}

export interface StreamsData {
  readonly resultType: 'streams';
  /** Only when the client asked for it. */
  readonly encodingFlags?: readonly ['categorize-labels'];
  readonly result: readonly PrintedStream[];
}

export interface PrintedStream {
  readonly stream: Labels;
  readonly values: readonly StreamValue[];
}

/** The third place is there in categorised answers only, and then always, even when it says nothing. */
export type StreamValue =
  | readonly [timeNanos: string, line: string]
  | readonly [timeNanos: string, line: string, labels: CategorizedLabels];

export interface CategorizedLabels {
  readonly structuredMetadata?: Labels;
  readonly parsed?: Labels;
}

export interface StreamsOptions {
  /** `X-Loki-Response-Encoding-Flags: categorize-labels`, which Grafana always sends. */
  readonly categorize: boolean;
}

/** Without categories each distinct set of final labels is a stream of its own; with them, each set of stream labels. */
export function printStreams(rows: Iterable<StreamRow>, { categorize }: StreamsOptions): StreamsData {
  const streams = new Map<string, { readonly stream: Labels; readonly values: StreamValue[] }>();
  for (const row of rows) {
    const labels = sortLabels(categorize ? [row.stream] : [row.stream, row.metadata, row.parsed]);
    const key = JSON.stringify(Object.entries(labels));
    let printed = streams.get(key);
    if (printed === undefined) {
      printed = { stream: labels, values: [] };
      streams.set(key, printed);
    }
    printed.values.push(printValue(row, categorize));
  }
  const result = [...streams.values()];
  return categorize
    ? { resultType: 'streams', encodingFlags: ['categorize-labels'], result }
    : { resultType: 'streams', result };
}

export function printValue(row: StreamRow, categorize: boolean): StreamValue {
  const time = String(row.timeNanos);
  if (!categorize) return [time, row.line];
  const metadata = sortLabels([row.metadata]);
  const parsed = sortLabels([row.parsed]);
  return [
    time,
    row.line,
    {
      ...(isEmpty(metadata) ? {} : { structuredMetadata: metadata }),
      ...(isEmpty(parsed) ? {} : { parsed }),
    },
  ];
}

/** A later set wins; a name is in one of them only, as the pipeline promises. */
function sortLabels(sets: readonly Labels[]): Labels {
  const entries = sets.flatMap((labels) => Object.entries(labels));
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)));
}

function isEmpty(labels: Labels): boolean {
  for (const _ in labels) return false;
  return true;
}
