// Go's `strconv.ParseFloat` and the two ways Go prints a float in queries.

/** As Go's `strconv.ParseFloat` reads what Go's scanner calls a number: no hexadecimal or octal whole numbers, no `_` in decimals. */
export function parseFloatText(text: string): { readonly value: number; readonly problem?: string } {
  const fail = (why: string) => ({ value: Number.NaN, problem: `strconv.ParseFloat: parsing "${text}": ${why}` });
  const hexadecimal = /^0x([0-9a-f_]*)\.?([0-9a-f_]*)p([+-]?\d+)$/i.exec(text);
  if (hexadecimal === null && !/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return fail('invalid syntax');
  const value = hexadecimal === null ? Number(text) : readHexadecimal(hexadecimal);
  return Number.isFinite(value) ? { value } : fail('value out of range');
}

function readHexadecimal([, whole = '', fraction = '', exponent = '']: readonly string[]): number {
  const digits = `${whole}${fraction}`.replaceAll('_', '');
  const scale = Number(exponent) - 4 * fraction.replaceAll('_', '').length;
  return Number(`0x${digits === '' ? '0' : digits}`) * 2 ** scale;
}

/** `%v` turns to an exponent from a million on. */
const LEAST_LARGE_POWER = 6;

/** `%v`: the shortest digits that read back, with an exponent where Go has one. */
export function printFloat(value: number): string {
  if (!Number.isFinite(value)) return printSpecial(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < LEAST_LARGE_POWER) return printPlain(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** `FormatFloat(v, 'f', -1, 64)`: the shortest digits that read back, never an exponent. */
export function printPlain(value: number): string {
  if (!Number.isFinite(value)) return printSpecial(value);
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return Object.is(value, -0) ? '-0' : text;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  const power = Number(exponent);
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction}${'0'.repeat(power - fraction.length)}`;
}

/** `%f`: six digits behind the dot. */
export function printSix(value: number): string {
  if (!Number.isFinite(value)) return printSpecial(value);
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
}

function printSpecial(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
