// Which values fit a parameter: words of the template are constants without type, other values must have the type already.
import type { NumberWord, Word } from './node.ts';
import { printWord } from './node.ts';
import { isObject, typeName, type Value } from './value.ts';

export type Converted = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

/** A number where any type will do: a point or an exponent makes it a float64. */
export function idealConstant(word: NumberWord): Value | undefined {
  const hex = /^[+-]?0[xX]/.test(word.text) && !/[pP]/.test(word.text);
  if (word.float !== undefined && !hex && !word.text.startsWith("'") && /[.eEpP]/.test(word.text)) return word.float;
  return word.int;
}

export function convertWord(word: Word, type: string, evaluate: () => Value): Converted {
  if (type === 'any') return { ok: true, value: evaluate() };
  switch (word.kind) {
    case 'nil':
      return { ok: false, problem: `cannot assign nil to ${type}` };
    case 'bool':
      return type === 'bool' ? { ok: true, value: word.value } : misfit(word, type);
    case 'string':
      return type === 'string' ? { ok: true, value: word.text } : misfit(word, type);
    case 'number':
      if (type === 'int' && word.int !== undefined) return { ok: true, value: word.int };
      if (type === 'float64' && word.float !== undefined) return { ok: true, value: word.float };
      return misfit(word, type);
    default:
      return convertValue(evaluate(), type);
  }
}

export function convertValue(value: Value, type: string): Converted {
  if (type === 'any') return { ok: true, value };
  if (value === null) return { ok: false, problem: `invalid value; expected ${type}` };
  const fits = isObject(value) ? value.type === type : typeName(value) === type;
  return fits
    ? { ok: true, value }
    : { ok: false, problem: `wrong type for value; expected ${type}; got ${typeName(value)}` };
}

function misfit(word: Word, type: string): Converted {
  const expected = { int: 'integer', float64: 'float', string: 'string', bool: 'bool' }[type];
  if (expected === undefined) return { ok: false, problem: `can't handle ${printWord(word)} for arg of type ${type}` };
  return { ok: false, problem: `expected ${expected}; found ${printWord(word)}` };
}
