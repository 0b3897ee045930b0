// Is an answer the recorded one? Series as sets, entries of a stream in order, values to a billionth; a sentence about the first difference out.
import type { Vector } from './corpus.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

type Fields = Readonly<Record<string, unknown>>;
type Item = Fields & { readonly value?: readonly unknown[]; readonly values?: readonly (readonly unknown[])[] };

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const readField = (value: unknown, name: string): unknown => (isFields(value) ? value[name] : undefined);
const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Without what says how long it took. */
function withoutStats(value: unknown): unknown {
  if (!isFields(value) || !isFields(value['data'])) return value;
  const { stats: _stats, ...data } = value['data'];
  return { ...value, data };
}

const keyOf = (item: Item): string =>
  JSON.stringify(Object.entries(item['stream'] ?? item['metric'] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));

function isNear(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  const [a, b] = [Number(left), Number(right)];
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

const isPoint = (left: readonly unknown[] = [], right: readonly unknown[] = []): boolean =>
  Number(left[0]) === Number(right[0]) && isNear(left[1], right[1]);

const toItems = (value: unknown): readonly Item[] => (Array.isArray(value) ? value : []);
const toPoint = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function compareItem(kind: unknown, wanted: Item, got: Item): string | undefined {
  if (kind === 'vector')
    return isPoint(wanted.value, got.value)
      ? undefined
      : `value ${show(got.value)}, want ${show(wanted.value)} for ${keyOf(wanted)}`;
  const [want = [], have = []] = [wanted.values, got.values];
  if (want.length !== have.length) return `${have.length} values, want ${want.length} for ${keyOf(wanted)}`;
  const same = kind === 'matrix' ? isPoint : (a: readonly unknown[], b: readonly unknown[]) => canon(a) === canon(b);
  const at = want.findIndex((value, index) => !same(value, have[index] ?? []));
  return at < 0 ? undefined : `entry ${at}: ${show(have[at])}, want ${show(want[at])}`;
}

function compareResult(query: string, wanted: unknown, got: unknown): string | undefined {
  const kind = readField(wanted, 'resultType');
  if (readField(got, 'resultType') !== kind)
    return `resultType ${show(readField(got, 'resultType'))}, want ${show(kind)}`;
  const [want, have] = [readField(wanted, 'result'), readField(got, 'result')];
  if (kind === 'scalar')
    return isPoint(toPoint(want), toPoint(have)) ? undefined : `scalar ${show(have)}, want ${show(want)}`;
  const [wants, haves] = [toItems(want), toItems(have)];
  if (wants.length !== haves.length) return `${haves.length} series, want ${wants.length}`;
  if (/^\s*sort(_desc)?\(/.test(query) && wants.some((item, at) => !isNear(item.value?.[1], haves[at]?.value?.[1])))
    return 'the order differs';
  const byKey = new Map(haves.map((item) => [keyOf(item), item]));
  for (const item of wants) {
    const found = byKey.get(keyOf(item));
    const difference = found === undefined ? `no series ${keyOf(item)}` : compareItem(kind, item, found);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Text that is equal for lists in any order and objects with keys in any order. */
function canon(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canon).sort().join()}]`;
  if (!isFields(value)) return JSON.stringify(value) ?? 'nothing';
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canon(value[key])}`)
    .join()}}`;
}

const shapeOf = (value: unknown): unknown =>
  readField(readField(value, 'data'), 'resultType') ??
  Object.keys(isFields(value) ? value : {})
    .sort()
    .join();

/** Undefined when the answer is what was recorded, as far as the recording says that it repeats. */
export function findDifference(vector: Vector, answer: Answer): string | undefined {
  const got = withoutStats(parse(answer.text));
  if (vector.unstable === true) {
    const same = Math.floor(vector.status / 100) === Math.floor(answer.status / 100);
    return same ? undefined : `status ${answer.status}, want about ${vector.status}`;
  }
  if (vector.status !== answer.status) return `status ${answer.status} ${show(answer.text)}, want ${vector.status}`;
  if (vector.info === true) return undefined;
  if (vector.approx === true)
    return shapeOf(got) === shapeOf(vector.response)
      ? undefined
      : `shape ${show(shapeOf(got))}, want ${show(shapeOf(vector.response))}`;
  if (vector.error !== undefined)
    return answer.text === vector.error ? undefined : `${show(answer.text)}, want ${show(vector.error)}`;
  if (got === undefined) return `not JSON: ${show(answer.text)}`;
  const wanted = vector.response;
  const data = readField(wanted, 'data');
  if (readField(data, 'resultType') !== undefined)
    return compareResult(vector.query ?? '', data, readField(got, 'data'));
  return canon(got) === canon(wanted) ? undefined : `${canon(got).slice(0, 400)}, want ${canon(wanted).slice(0, 400)}`;
}
