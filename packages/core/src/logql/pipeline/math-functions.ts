// Template functions over numbers: whole and decimal arithmetic, rounding, conversions of durations and sizes.
import { parseGoInteger, TemplateFault, type TemplateFunction, type Value } from '../../template/index.ts';
import { addDecimals, divideDecimals, multiplyDecimals, subtractDecimals } from './decimal.ts';
import { parseByteSize, parseFloat64, parseGoDuration } from './go-parse.ts';

const whole = (call: (left: bigint, right: bigint) => bigint): TemplateFunction => ({
  parameters: ['any', 'any'],
  call: ([left = null, right = null]) => BigInt.asIntN(64, call(toInt(left), toInt(right))),
});
const folded = (
  call: (left: bigint, right: bigint) => bigint,
  first: 'any' | undefined,
  start?: bigint,
): TemplateFunction => ({
  parameters: first === undefined ? [] : [first],
  rest: 'any',
  call: (values) => {
    const numbers = values.map(toInt);
    const from = start ?? numbers.shift() ?? 0n;
    return numbers.reduce((sum, one) => BigInt.asIntN(64, call(sum, one)), from);
  },
});
const decimal = (call: (left: number, right: number) => number): TemplateFunction => ({
  parameters: ['any'],
  rest: 'any',
  call: (values) => values.map(toFloat).reduce(call),
});
const rounded = (call: (value: number) => number): TemplateFunction => ({
  parameters: ['any'],
  call: ([value = null]) => call(toFloat(value)),
});
const seconds: TemplateFunction = { parameters: ['string'], call: ([value]) => readSeconds(String(value)) };

export const MATH_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['int', { parameters: ['any'], call: ([value = null]) => toInt(value) }],
  ['float64', rounded((value) => value)],
  ['add', folded((left, right) => left + right, undefined, 0n)],
  ['sub', whole((left, right) => left - right)],
  ['mul', folded((left, right) => left * right, 'any')],
  ['div', whole((left, right) => left / nonZero(right))],
  ['mod', whole((left, right) => left % nonZero(right))],
  ['max', folded((left, right) => (left > right ? left : right), 'any')],
  ['min', folded((left, right) => (left < right ? left : right), 'any')],
  ['addf', { parameters: [], rest: 'any', call: (values) => values.map(toFloat).reduce(addDecimals, 0) }],
  ['subf', decimal(subtractDecimals)],
  ['mulf', decimal(multiplyDecimals)],
  ['divf', decimal(divideDecimals)],
  ['maxf', decimal((left, right) => Math.max(left, right))],
  ['minf', decimal((left, right) => Math.min(left, right))],
  ['ceil', rounded(Math.ceil)],
  ['floor', rounded(Math.floor)],
  [
    'round',
    {
      parameters: ['any', 'int'],
      rest: 'float64',
      call: ([value = null, places, from]) =>
        round(toFloat(value), Number(places), from === undefined ? 0.5 : Number(from)),
    },
  ],
  ['duration', seconds],
  ['duration_seconds', seconds],
  ['bytes', { parameters: ['string'], call: ([value]) => readBytes(String(value)) }],
]);

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new TemplateFault('runtime error: integer divide by zero');
  return value;
}

/** Anything as a whole number; what is none is 0. Text may have a prefix (`0x1F`), and what stands behind its point is cut. */
function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : 0n;
  return typeof value === 'string' ? (parseGoInteger(value.replace(/^([-+]?\d*)\.\d*$/, '$1')) ?? 0n) : 0n;
}

function toFloat(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  const parsed = typeof value === 'string' ? parseFloat64(value) : undefined;
  return parsed?.ok === true ? parsed.value : 0;
}

function round(value: number, places: number, from: number): number {
  const scale = 10 ** places;
  const digits = value * scale;
  const rest = digits - Math.trunc(digits);
  return (rest >= from ? Math.ceil(digits) : Math.floor(digits)) / scale;
}

function readSeconds(text: string): number {
  const parsed = parseGoDuration(text);
  if (!parsed.ok) throw new TemplateFault(parsed.details);
  return toSeconds(parsed.value);
}

/** As Go's `Duration.Seconds`: the whole part and the rest apart, so that no digit is lost. */
export function toSeconds(nanos: bigint): number {
  return Number(nanos / 1_000_000_000n) + Number(nanos % 1_000_000_000n) / 1e9;
}

function readBytes(text: string): number {
  const parsed = parseByteSize(text);
  if (!parsed.ok) throw new TemplateFault(parsed.details);
  return parsed.value;
}
