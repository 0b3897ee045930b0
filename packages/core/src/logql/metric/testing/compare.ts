// Whether an answer is the recorded one, up to what Loki leaves open: vector and answer in, the difference in words out.
import type { Vector } from './corpus.ts';

export interface Answer {
  readonly status: number;
  readonly response?: unknown;
  readonly error?: string;
}

/** Order of series and of keys is open, numbers agree to 1e-9, `sort` keeps its order; unstable and approximate cases only in shape. */
export function findDifference(vector: Vector, answer: Answer): string | undefined {
  const recorded = readData(vector.response);
  const ours = readData(answer.response);
  if (vector.unstable === true) {
    const same = Math.floor(vector.status / 100) === Math.floor(answer.status / 100);
    return same && recorded?.resultType === ours?.resultType ? undefined : `status ${answer.status}`;
  }
  if (answer.status !== vector.status) return `status ${answer.status} (${answer.error}), want ${vector.status}`;
  if (vector.approx === true || vector.info === true) return differ(shape(answer.response), shape(vector.response));
  if (vector.error !== undefined) return differ(answer.error, vector.error);
  if (recorded === undefined || ours === undefined) return differ(canon(answer.response), canon(vector.response));
  if (recorded.resultType !== ours.resultType) return `a ${ours.resultType}, want ${recorded.resultType}`;
  if (recorded.resultType === 'scalar') return differPoint(recorded.result, ours.result, 'scalar');
  const sorted = /^\s*sort(_desc)?\(/.test(vector.query ?? '');
  return differSeries(seriesOf(recorded.result), seriesOf(ours.result), sorted);
}

interface Data {
  readonly resultType: string;
  readonly result: unknown;
}

interface RecordedSeries {
  readonly key: string;
  readonly points: readonly unknown[];
}

function differSeries(
  recorded: readonly RecordedSeries[],
  ours: readonly RecordedSeries[],
  sorted: boolean,
): string | undefined {
  if (recorded.length !== ours.length) return `${ours.length} series, want ${recorded.length}`;
  const byKey = new Map(ours.map((series) => [series.key, series]));
  for (const [at, { key, points }] of recorded.entries()) {
    const same = byKey.get(key);
    if (same === undefined) return `lacks ${key}; has ${ours[at]?.key}`;
    if (same.points.length !== points.length) return `${same.points.length} points, want ${points.length} for ${key}`;
    for (const [index, point] of points.entries()) {
      const difference = differPoint(point, same.points[index], key);
      if (difference !== undefined) return difference;
      if (sorted) {
        const inOrder = differPoint(point, ours[at]?.points[index], 'order');
        if (inOrder !== undefined) return inOrder;
      }
    }
  }
  return undefined;
}

function differPoint(recorded: unknown, ours: unknown, what: string): string | undefined {
  if (!Array.isArray(recorded) || !Array.isArray(ours)) return `no point for ${what}`;
  const same = Number(recorded[0]) === Number(ours[0]) && sameNumber(recorded[1], ours[1]);
  return same ? undefined : `${JSON.stringify(ours)}, want ${JSON.stringify(recorded)} for ${what}`;
}

function sameNumber(recorded: unknown, ours: unknown): boolean {
  if (recorded === ours) return true;
  const [x, y] = [Number(recorded), Number(ours)];
  return Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x), Math.abs(y));
}

function seriesOf(result: unknown): readonly RecordedSeries[] {
  if (!Array.isArray(result)) return [];
  return result.map((series: { metric: object; value?: unknown; values?: unknown[] }) => ({
    key: canon(series.metric),
    points: series.values ?? [series.value],
  }));
}

function readData(response: unknown): Data | undefined {
  const data = isObject(response) ? response['data'] : undefined;
  return isObject(data) && typeof data['resultType'] === 'string'
    ? { resultType: data['resultType'], result: data['result'] }
    : undefined;
}

function shape(response: unknown): string {
  return readData(response)?.resultType ?? (isObject(response) ? Object.keys(response).sort().join() : '');
}

/** Lists and keys in one order, as the recorder compares them. */
function canon(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canon).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canon(value[key])}`).join()}}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function differ(ours: string | undefined, recorded: string | undefined): string | undefined {
  return ours === recorded ? undefined : `${ours}, want ${recorded}`;
}
