// LokiAnswer: the JSON of Loki's API -> entries in the order of time, samples, series. A newer server may add members, so only these are looked at.
import { CliProblem } from '../../client/index.ts';
import { memberOf, numberOf, printValue, type Row, rowsOf, textOf } from '../../output/index.ts';

export type LabelSet = Readonly<Record<string, string>>;

export interface LogEntry {
  readonly timeNanos: bigint;
  readonly labels: LabelSet;
  readonly line: string;
}

/** `value` is the text that the server wrote: `12`, `0.5`, `+Inf`. */
export interface Sample {
  readonly timeMs: number;
  readonly value: string;
}

export interface MetricSeries {
  readonly labels: LabelSet;
  readonly samples: readonly Sample[];
}

export function parseEntries(answer: unknown, newestFirst: boolean): readonly LogEntry[] {
  return sortEntries(rowsOf(dataOf(answer, ['streams']), 'result').flatMap(parseStream), newestFirst);
}

export function parseFrame(text: string): { readonly entries: readonly LogEntry[]; readonly dropped: number } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliProblem(
      'KW_CLI_ANSWER',
      'The server sent a frame that is not JSON; is it a KubeWitness server?',
      error,
    );
  }
  const frame = memberOf({ value }, 'value');
  return {
    entries: sortEntries(rowsOf(frame, 'streams').flatMap(parseStream), false),
    dropped: rowsOf(frame, 'dropped_entries').length,
  };
}

/** A vector and a scalar are series of one sample each. */
export function parseSeries(answer: unknown): readonly MetricSeries[] {
  const data = dataOf(answer, ['vector', 'matrix', 'scalar']);
  if (textOf(data, 'resultType') === 'scalar') {
    const [sample] = parseSamples([data['result']], 1);
    return sample === undefined ? [] : [{ labels: {}, samples: [sample] }];
  }
  return rowsOf(data, 'result').map((row) => ({
    labels: parseLabels(memberOf(row, 'metric')),
    samples: parseSamples('value' in row ? [row['value']] : row['values'], 1000),
  }));
}

function dataOf(answer: unknown, kinds: readonly string[]): Row {
  const data = memberOf(memberOf({ answer }, 'answer'), 'data');
  if (kinds.includes(textOf(data, 'resultType'))) return data;
  throw new CliProblem(
    'KW_CLI_ANSWER',
    'The server gave an answer of another kind; is it a KubeWitness server of this version?',
  );
}

function parseStream(row: Row): readonly LogEntry[] {
  const labels = parseLabels(memberOf(row, 'stream'));
  const values: unknown = row['values'];
  return !Array.isArray(values)
    ? []
    : values.flatMap((value: unknown) => {
        const [time, line]: readonly unknown[] = Array.isArray(value) ? value : [];
        if (typeof time !== 'string' || !/^-?\d{1,19}$/.test(time) || typeof line !== 'string') return [];
        return [{ timeNanos: BigInt(time), labels, line }];
      });
}

function sortEntries(entries: readonly LogEntry[], newestFirst: boolean): readonly LogEntry[] {
  const sign = newestFirst ? -1 : 1;
  return [...entries].sort((a, b) => (a.timeNanos < b.timeNanos ? -sign : a.timeNanos > b.timeNanos ? sign : 0));
}

function parseSamples(values: unknown, msPerUnit: number): readonly Sample[] {
  if (!Array.isArray(values)) return [];
  return values.flatMap((pair: unknown) => {
    const [time, value]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    const units = numberOf({ time }, 'time');
    return units === undefined ? [] : [{ timeMs: Math.round(units * msPerUnit), value: printValue(value) }];
  });
}

function parseLabels(row: Row): LabelSet {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, printValue(value)]));
}
