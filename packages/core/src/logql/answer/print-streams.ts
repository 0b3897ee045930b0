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

/** Rows with the same labels, the labels as JSON: sorted, so that equal ones have equal texts. */
interface RowGroup {
  readonly labels: string;
  readonly rows: StreamRow[];
}

/** Without categories each distinct set of final labels is a stream of its own; with them, each set of stream labels. */
function groupRows(rows: Iterable<StreamRow>, { categorize }: StreamsOptions): Iterable<RowGroup> {
  const groups = new Map<string, RowGroup>();
  // Most entries of a stream have one object of labels between them, which need not be printed again.
  const plain = new Map<Labels, RowGroup>();
  const quoted = new Map<string, string>();
  for (const row of rows) {
    const { stream, metadata, parsed } = row;
    const isPlain = categorize || (isEmpty(metadata) && isEmpty(parsed));
    let group = isPlain ? plain.get(stream) : undefined;
    if (group === undefined) {
      const labels = printLabels(isPlain ? [stream] : [stream, metadata, parsed], quoted);
      group = groups.get(labels);
      if (group === undefined) {
        group = { labels, rows: [] };
        groups.set(labels, group);
      }
      if (isPlain) plain.set(stream, group);
    }
    group.rows.push(row);
  }
  return groups.values();
}

export function printStreams(rows: Iterable<StreamRow>, options: StreamsOptions): StreamsData {
  const { categorize } = options;
  const result = Array.from(
    groupRows(rows, options),
    (group): PrintedStream => ({
      stream: JSON.parse(group.labels),
      values: group.rows.map((row) => printValue(row, categorize)),
    }),
  );
  return categorize
    ? { resultType: 'streams', encodingFlags: ['categorize-labels'], result }
    : { resultType: 'streams', result };
}

/** The streams of `printStreams` as JSON, with commas between them: of rows with many labels in half the time. */
export function printStreamsText(rows: Iterable<StreamRow>, options: StreamsOptions): string {
  const texts = Array.from(groupRows(rows, options), (group) => {
    const values = group.rows.map((row) => JSON.stringify(printValue(row, options.categorize)));
    return `{"stream":${group.labels},"values":[${values.join(',')}]}`;
  });
  return texts.join(',');
}

export function printValue(row: StreamRow, categorize: boolean): StreamValue {
  const time = String(row.timeNanos);
  if (!categorize) return [time, row.line];
  const metadata = sortLabels(row.metadata);
  const parsed = sortLabels(row.parsed);
  return [
    time,
    row.line,
    {
      ...(isEmpty(metadata) ? {} : { structuredMetadata: metadata }),
      ...(isEmpty(parsed) ? {} : { parsed }),
    },
  ];
}

function sortLabels(labels: Labels): Labels {
  return JSON.parse(printLabels([labels], new Map()));
}

/** Sorted; a later set wins, and a name is in one of them only, as the pipeline promises. `quoted`: names printed before. */
function printLabels(sets: readonly Labels[], quoted: Map<string, string>): string {
  const values = new Map<string, string>();
  for (const labels of sets) for (const name of Object.keys(labels)) values.set(name, labels[name] ?? '');
  let text = '';
  for (const name of [...values.keys()].sort()) {
    let key = quoted.get(name);
    if (key === undefined) {
      key = `${JSON.stringify(name)}:`;
      quoted.set(name, key);
    }
    text += `${text === '' ? '' : ','}${key}${JSON.stringify(values.get(name))}`;
  }
  return `{${text}}`;
}

function isEmpty(labels: Labels): boolean {
  for (const _ in labels) return false;
  return true;
}
