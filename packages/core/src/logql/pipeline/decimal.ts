// Decimal arithmetic of templates (`addf 0.1 0.2` is 0.3): numbers in, computed by their written digits, the nearest number out.
import { printFloat, TemplateFault } from '../../template/index.ts';

/** `digits` times ten to the power of minus `places`. */
interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** Digits behind the point that a quotient keeps. */
const DIVISION_PLACES = 16;

export function addDecimals(left: number, right: number): number {
  return combine(left, right, (a, b) => align(a, b, (x, y) => x + y));
}

export function subtractDecimals(left: number, right: number): number {
  return combine(left, right, (a, b) => align(a, b, (x, y) => x - y));
}

export function multiplyDecimals(left: number, right: number): number {
  return combine(left, right, (a, b) => ({ digits: a.digits * b.digits, places: a.places + b.places }));
}

export function divideDecimals(left: number, right: number): number {
  if (right === 0) throw new TemplateFault('decimal division by 0');
  return combine(left, right, divide);
}

function divide(a: Decimal, b: Decimal): Decimal {
  const shift = DIVISION_PLACES + b.places - a.places;
  const numerator = shift >= 0 ? a.digits * 10n ** BigInt(shift) : a.digits;
  const denominator = shift >= 0 ? b.digits : b.digits * 10n ** BigInt(-shift);
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  const up = 2n * size(rest) >= size(denominator) ? 1n : 0n;
  return { digits: quotient + (numerator < 0n === denominator < 0n ? up : -up), places: DIVISION_PLACES };
}

function combine(left: number, right: number, exact: (a: Decimal, b: Decimal) => Decimal): number {
  const { digits, places } = exact(toDecimal(left), toDecimal(right));
  return Number(`${digits}e${-places}`);
}

/** Infinities and NaN have no digits. */
function toDecimal(value: number): Decimal {
  if (!Number.isFinite(value)) throw new TemplateFault(`Cannot create a Decimal from ${printFloat(value)}`);
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const digits = BigInt(mantissa.replace('.', ''));
  return { digits, places: (mantissa.split('.')[1]?.length ?? 0) - Number(exponent) };
}

function align(a: Decimal, b: Decimal, join: (x: bigint, y: bigint) => bigint): Decimal {
  const places = Math.max(a.places, b.places);
  const spread = (one: Decimal) => one.digits * 10n ** BigInt(places - one.places);
  return { digits: join(spread(a), spread(b)), places };
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}
