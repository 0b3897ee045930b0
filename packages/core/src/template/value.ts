// The values a template computes with: Go's, told apart by JavaScript types. Nothing flows; everything in this room reads this.

/** string, int (bigint), float64 (number), bool, nil (null), slice, map, and whatever has fields and methods, such as a time. */
export type Value = string | bigint | number | boolean | null | readonly Value[] | GoMap | GoObject;

/** A Go map with string keys; `get` answers undefined for a key that is not there. */
export interface GoMap {
  readonly kind: 'map';
  /** Of `map[string]string` a missing key is '', of `map[string]interface {}` it is nil. */
  readonly element: 'string' | 'any';
  readonly get: (key: string) => Value | undefined;
  readonly keys: () => readonly string[];
}

/** A Go struct or named type: fields are values, methods are called. */
export interface GoObject {
  readonly kind: 'object';
  /** As Go prints it: `time.Time`. */
  readonly type: string;
  readonly fields: ReadonlyMap<string, Value>;
  readonly methods: ReadonlyMap<string, TemplateFunction>;
  readonly print: () => string;
}

/** What a parameter takes; anything else is Go's type name of an object, such as `time.Time`. */
export type ParameterType = 'string' | 'int' | 'float64' | 'bool' | 'any' | `${string}.${string}`;

/** `call` throws a `TemplateFault` for what Go returns as error. */
export interface TemplateFunction {
  readonly parameters: readonly ParameterType[];
  /** Type of any further arguments. */
  readonly rest?: ParameterType;
  readonly call: (values: readonly Value[]) => Value;
}

export type TemplateFunctions = ReadonlyMap<string, TemplateFunction>;

/** Ends an execution or a compilation; the front door turns it into a value. Thrown, since it crosses a deep recursion. */
export class TemplateFault extends Error {}

export function isMap(value: Value): value is GoMap {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'map';
}

export function isObject(value: Value): value is GoObject {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object';
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** `map[string]interface {}` of entries. */
export function makeMap(entries: ReadonlyMap<string, Value>, element: GoMap['element'] = 'any'): GoMap {
  return { kind: 'map', element, get: (key) => entries.get(key), keys: () => [...entries.keys()] };
}

/** Go's name of the type. */
export function typeName(value: Value): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (isMap(value)) return value.element === 'string' ? 'map[string]string' : 'map[string]interface {}';
  return isObject(value) ? value.type : '[]interface {}';
}

/** Go's truth: neither zero nor empty. */
export function isTrue(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'object') return isMap(value) ? value.keys().length > 0 : isObject(value) || value.length > 0;
  return Boolean(value);
}

/** Keys in the order Go prints and walks maps: by bytes, which is by code point. */
export function sortedKeys(map: GoMap): string[] {
  return [...map.keys()].sort(compareByCodePoint);
}

/** UTF-16 order differs from byte order only where surrogates meet the code units above them. */
export function compareByCodePoint(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i += 1) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return lift(a) - lift(b);
  }
  return left.length - right.length;
}

function lift(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}
