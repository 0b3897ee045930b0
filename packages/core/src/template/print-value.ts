// Values as Go's fmt prints them with %v, and as print, println and an action put them into the output.

import { printFloat } from './format-float.ts';
import { goQuote } from './go-quote.ts';
import { isMap, isObject, sortedKeys, type Value } from './value.ts';

/** `%v`: maps sorted by key, `<nil>` inside, no quotes. */
export function printValue(value: Value): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return printFloat(value);
  if (typeof value !== 'object') return String(value);
  if (isMap(value))
    return `map[${sortedKeys(value)
      .map((key) => `${key}:${printValue(value.get(key) ?? null)}`)
      .join(' ')}]`;
  return isObject(value) ? value.print() : `[${value.map(printValue).join(' ')}]`;
}

/** `%q` of strings, also those inside slices and maps. */
export function quoteValue(value: Value): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'bigint')
    return goQuote(String.fromCodePoint(Number(BigInt.asUintN(21, value)) % 0x110000), "'");
  if (typeof value !== 'object' || value === null) return printValue(value);
  if (isMap(value))
    return `map[${sortedKeys(value)
      .map((key) => `${goQuote(key)}:${quoteValue(value.get(key) ?? null)}`)
      .join(' ')}]`;
  return isObject(value) ? value.print() : `[${value.map(quoteValue).join(' ')}]`;
}

/** `fmt.Sprint`: a space between two operands when neither is a string. */
export function sprint(values: readonly Value[]): string {
  let text = '';
  for (const [index, value] of values.entries()) {
    if (index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string') text += ' ';
    text += printValue(value);
  }
  return text;
}

export function sprintln(values: readonly Value[]): string {
  return `${values.map(printValue).join(' ')}\n`;
}
