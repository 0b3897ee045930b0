// Numbers, durations and sizes as Go and Loki read them from label values, with their error sentences.
import { goQuote } from '../../template/index.ts';
import { quoteTime } from '../syntax/lexer/duration.ts';

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly details: string };

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEX = /^([+-]?)0[xX]([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([+-]?\d+)$/;
const WORDS: ReadonlyMap<string, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['nan', Number.NaN],
]);

/** `strconv.ParseFloat(text, 64)` */
export function parseFloat64(text: string): Parsed<number> {
  if (DECIMAL.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return { ok: true, value };
    return { ok: false, details: `strconv.ParseFloat: parsing ${goQuote(text)}: value out of range` };
  }
  const bare = text.replace(/^[+-]/, '').toLowerCase();
  const word = WORDS.get(bare);
  if (word !== undefined && (bare !== 'nan' || bare.length === text.length))
    return { ok: true, value: text.startsWith('-') ? -word : word };
  const [, sign, whole = '', fraction = '', power] = HEX.exec(text) ?? [];
  const digits = (whole + fraction).replaceAll('_', '');
  if (sign === undefined || digits === '')
    return { ok: false, details: `strconv.ParseFloat: parsing ${goQuote(text)}: invalid syntax` };
  const scale = Number(power) - 4 * fraction.replaceAll('_', '').length;
  return { ok: true, value: Number(BigInt(`0x${digits}`)) * 2 ** scale * (sign === '-' ? -1 : 1) };
}

const NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  '\u00b5s': 1_000n,
  '\u03bcs': 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const MAX_NANOS = 9_223_372_036_854_775_807n;

/** `time.ParseDuration`: nothing above hours. */
export function parseGoDuration(text: string): Parsed<bigint> {
  const bad = (why: string, rest = ''): Parsed<bigint> => ({
    ok: false,
    details: `time: ${why} ${rest}duration ${quoteTime(text)}`,
  });
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return { ok: true, value: 0n };
  if (rest === '') return bad('invalid');
  let nanos = 0n;
  while (rest !== '') {
    const [whole, digits = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? [''];
    if (digits === '' && fraction === '') return bad('invalid');
    rest = rest.slice((whole ?? '').length);
    const unit = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return bad('missing unit in');
    const size = Object.hasOwn(NANOS, unit) ? NANOS[unit] : undefined;
    if (size === undefined) return bad('unknown unit', `${quoteTime(unit)} in `);
    rest = rest.slice(unit.length);
    nanos += BigInt(digits || '0') * size;
    // Nine digits behind the point are all that a nanosecond count can hold.
    const kept = fraction.slice(0, 18);
    if (kept !== '') nanos += (BigInt(kept) * size) / 10n ** BigInt(kept.length);
    if (nanos > MAX_NANOS) return bad('invalid');
  }
  return { ok: true, value: text.startsWith('-') ? -nanos : nanos };
}

const KIBI = 1024;
const SIZES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ...['k', 'm', 'g', 't', 'p', 'e'].flatMap((letter, index): [string, number][] => [
    [letter, 1000 ** (index + 1)],
    [`${letter}b`, 1000 ** (index + 1)],
    [`${letter}i`, KIBI ** (index + 1)],
    [`${letter}ib`, KIBI ** (index + 1)],
  ]),
]);

/** `12KiB`, `1.5 MB`, `1,024`: whole bytes, rounded down. */
export function parseByteSize(text: string): Parsed<number> {
  const digits = /^[\p{Nd}.,]*/u.exec(text)?.[0] ?? '';
  const number = parseFloat64(digits.replaceAll(',', ''));
  if (!number.ok) return number;
  const unit = text.slice(digits.length).trim().toLowerCase();
  const size = SIZES.get(unit);
  if (size === undefined) return { ok: false, details: `unhandled size name: ${unit}` };
  const bytes = number.value * size;
  return bytes >= 2 ** 64 ? { ok: false, details: `too large: ${text}` } : { ok: true, value: Math.trunc(bytes) };
}
