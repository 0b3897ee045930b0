// Go's number literals: where one ends, and what is wrong with it.

export interface ScannedNumber {
  readonly end: number;
  readonly problem?: string;
}

type Prefix = 'x' | 'o' | 'b' | '0' | '';
interface Digits {
  readonly end: number;
  readonly any: boolean;
  readonly underscores: boolean;
  /** The first digit that the base does not have. */
  readonly invalid?: string;
}

const LITERAL_NAMES: Readonly<Record<Prefix, string>> = {
  x: 'hexadecimal literal',
  o: 'octal literal',
  '0': 'octal literal',
  b: 'binary literal',
  '': 'decimal literal',
};
const BASES: Readonly<Record<Prefix, number>> = { x: 16, o: 8, '0': 8, b: 2, '': 10 };

/** The number that starts at `start` with a digit, or with a dot before a digit. */
export function scanNumber(text: string, start: number): ScannedNumber {
  const { prefix, at: digitsAt } = scanPrefix(text, start);
  const name = LITERAL_NAMES[prefix];
  const whole = text[start] === '.' ? undefined : scanDigits(text, digitsAt, BASES[prefix]);
  let any = prefix === '0' || (whole?.any ?? false);
  let end = whole?.end ?? start;
  let isFloat = false;
  let problem: string | undefined;
  const fail = (sentence: string) => {
    problem ??= sentence;
  };
  if (text[end] === '.') {
    isFloat = true;
    if (prefix === 'o' || prefix === 'b') fail(`invalid radix point in ${name}`);
    const fraction = scanDigits(text, end + 1, BASES[prefix]);
    any ||= fraction.any;
    end = fraction.end;
  }
  if (!any) fail(`${name} has no digits`);
  const sign = text[end] ?? '';
  const exponent = sign.toLowerCase();
  if (exponent === 'e' || exponent === 'p') {
    if (exponent === 'e' && prefix !== '' && prefix !== '0') fail(`'${sign}' exponent requires decimal mantissa`);
    if (exponent === 'p' && prefix !== 'x') fail(`'${sign}' exponent requires hexadecimal mantissa`);
    isFloat = true;
    const digits = scanDigits(text, end + (/[+-]/.test(text[end + 1] ?? '') ? 2 : 1), 10);
    if (!digits.any) fail('exponent has no digits');
    end = digits.end;
  } else if (prefix === 'x' && isFloat) fail("hexadecimal mantissa requires a 'p' exponent");
  if (!isFloat && whole?.invalid !== undefined) fail(`invalid digit '${whole.invalid}' in ${name}`);
  if (whole?.underscores && !separatesDigits(text.slice(start, end))) fail("'_' must separate successive digits");
  return problem === undefined ? { end } : { end, problem };
}

function scanPrefix(text: string, start: number): { readonly prefix: Prefix; readonly at: number } {
  if (text[start] !== '0') return { prefix: '', at: start };
  const letter = (text[start + 1] ?? '').toLowerCase();
  if (letter === 'x' || letter === 'o' || letter === 'b') return { prefix: letter, at: start + 2 };
  return { prefix: '0', at: start + 1 };
}

/** Any decimal digit counts below base 10, so that `089` is one number with a fault and not two numbers. */
function scanDigits(text: string, start: number, base: number): Digits {
  const pattern = base === 16 ? /[0-9a-f]/i : /[0-9]/;
  let end = start;
  let any = false;
  let underscores = false;
  let invalid: string | undefined;
  for (; end < text.length; end += 1) {
    const sign = text[end] ?? '';
    if (sign === '_') underscores = true;
    else if (pattern.test(sign)) {
      any = true;
      if (base < 10 && Number(sign) >= base) invalid ??= sign;
    } else break;
  }
  return invalid === undefined ? { end, any, underscores } : { end, any, underscores, invalid };
}

function separatesDigits(literal: string): boolean {
  return !/(?:^|[^0-9a-fxob])_|__|_(?:$|[^0-9a-f])/i.test(literal);
}
