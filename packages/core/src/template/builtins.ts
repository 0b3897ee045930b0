// The functions every Go template has: comparison, printing, length, index and slice, escaping.
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { printValue, sprint, sprintln } from './print-value.ts';
import { sprintf } from './sprintf.ts';
import { byteLength, sliceBytes, toBytes } from './utf8-text.ts';
import {
  compareByCodePoint,
  isList,
  isMap,
  isObject,
  isTrue,
  TemplateFault,
  type TemplateFunction,
  type TemplateFunctions,
  typeName,
  type Value,
} from './value.ts';

const any = (count: number, call: TemplateFunction['call'], rest = false): TemplateFunction => ({
  parameters: new Array<'any'>(count).fill('any'),
  ...(rest ? { rest: 'any' as const } : {}),
  call,
});

/** `and` and `or` are named here, too, but evaluated where arguments are, since they do not need all. */
export const BUILTINS: TemplateFunctions = new Map([
  ['and', any(1, (values) => values.at(-1) ?? null, true)],
  ['or', any(1, (values) => values.at(-1) ?? null, true)],
  ['not', any(1, ([value = null]) => !isTrue(value))],
  ['len', any(1, ([value = null]) => lengthOf(value))],
  ['index', any(1, ([value = null, ...keys]) => keys.reduce(indexInto, value), true)],
  ['slice', any(1, ([value = null, ...bounds]) => sliceOf(value, bounds), true)],
  ['print', any(0, sprint, true)],
  ['println', any(0, sprintln, true)],
  ['printf', { parameters: ['string'], rest: 'any', call: ([format, ...values]) => sprintf(String(format), values) }],
  ['html', any(0, (values) => escapeHtml(sprint(values)), true)],
  ['js', any(0, (values) => escapeJs(sprint(values)), true)],
  ['urlquery', any(0, (values) => escapeQuery(sprint(values)), true)],
  ['eq', any(1, ([first = null, ...others]) => equalsAny(first, others), true)],
  ['ne', any(2, ([left = null, right = null]) => !equals(left, right))],
  ['lt', any(2, ([left = null, right = null]) => compare(left, right) < 0)],
  ['le', any(2, ([left = null, right = null]) => compare(left, right) <= 0)],
  ['gt', any(2, ([left = null, right = null]) => compare(left, right) > 0)],
  ['ge', any(2, ([left = null, right = null]) => compare(left, right) >= 0)],
]);

function lengthOf(value: Value): Value {
  if (value === null) throw new TemplateFault('len of nil pointer');
  if (typeof value === 'string') return BigInt(byteLength(value));
  if (isList(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(value.keys().length);
  throw new TemplateFault(`len of type ${typeName(value)}`);
}

function indexInto(item: Value, key: Value): Value {
  if (item === null) throw new TemplateFault('index of untyped nil');
  if (isMap(item)) {
    if (typeof key !== 'string') throw new TemplateFault(`value has type ${typeName(key)}; should be string`);
    return item.get(key) ?? (item.element === 'string' ? '' : null);
  }
  if (typeof item !== 'string' && !isList(item)) throw new TemplateFault(`can't index item of type ${typeName(item)}`);
  const units: readonly Value[] = typeof item === 'string' ? [...toBytes(item)].map(BigInt) : item;
  return units[checkIndex(key, units.length - 1)] ?? null;
}

function sliceOf(value: Value, bounds: readonly Value[]): Value {
  if (value === null) throw new TemplateFault('slice of untyped nil');
  if (bounds.length > 3) throw new TemplateFault(`too many slice indexes: ${bounds.length}`);
  if (typeof value !== 'string' && !isList(value))
    throw new TemplateFault(`can't slice item of type ${typeName(value)}`);
  if (typeof value === 'string' && bounds.length === 3) throw new TemplateFault('cannot 3-index slice a string');
  const size = typeof value === 'string' ? byteLength(value) : value.length;
  const [start = 0, end = size] = bounds.map((bound) => checkIndex(bound, size));
  if (start > end) throw new TemplateFault(`invalid slice index: ${start} > ${end}`);
  return typeof value === 'string' ? (sliceBytes(value, start, end) ?? '') : value.slice(start, end);
}

function checkIndex(key: Value, largest: number): number {
  if (key === null) throw new TemplateFault('cannot index slice/array with nil');
  if (typeof key !== 'bigint') throw new TemplateFault(`cannot index slice/array with type ${typeName(key)}`);
  if (key < 0n || key > BigInt(largest)) throw new TemplateFault(`index out of range: ${key}`);
  return Number(key);
}

function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new TemplateFault('missing argument for comparison');
  return others.some((other) => equals(first, other));
}

function equals(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  for (const value of [left, right])
    if (typeof value === 'object' && !isObject(value))
      throw new TemplateFault(`non-comparable type ${printValue(value)}: ${typeName(value)}`);
  if (typeof left !== typeof right) throw incompatible(left, right);
  return left === right || (isObject(left) && isObject(right) && left.print() === right.print());
}

function compare(left: Value, right: Value): number {
  for (const value of [left, right])
    if (value === null || typeof value === 'object' || typeof value === 'boolean')
      throw new TemplateFault('invalid type for comparison');
  if (typeof left === 'string' && typeof right === 'string') return compareByCodePoint(left, right);
  if (typeof left === 'bigint' && typeof right === 'bigint') return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'number' && typeof right === 'number')
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
  throw incompatible(left, right);
}

function incompatible(left: Value, right: Value): TemplateFault {
  return new TemplateFault(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`);
}
