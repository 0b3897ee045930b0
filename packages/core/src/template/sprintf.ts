// Go's `fmt.Sprintf`: a format and values in, text out; what does not fit shows as Go shows it (`%!d(string=x)`).
import { formatFloat } from './format-float.ts';
import { goQuote } from './go-quote.ts';
import { printValue, quoteValue } from './print-value.ts';
import { toBytes } from './utf8-text.ts';
import { isList, isMap, TemplateFault, typeName, type Value } from './value.ts';

/** Padding is the caller's wish; a megabyte of it is not. */
const MAX_WIDTH = 10_000;
interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number;
  /** -1 without one. */
  readonly precision: number;
}

export function sprintf(format: string, values: readonly Value[]): string {
  const run: Run = { format, values, at: 0, used: 0, reordered: false, badIndex: false };
  let text = '';
  for (;;) {
    const percent = format.indexOf('%', run.at);
    if (percent === -1) break;
    text += format.slice(run.at, percent);
    run.at = percent + 1;
    text += formatDirective(run);
  }
  text += format.slice(run.at);
  if (run.reordered || run.used >= values.length) return text;
  const extra = values.slice(run.used).map((one) => (one === null ? '<nil>' : `${typeName(one)}=${printValue(one)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

/** Where the format is read and which value comes next. */
interface Run {
  readonly format: string;
  readonly values: readonly Value[];
  at: number;
  used: number;
  /** `%[2]d` was there: unused values are no complaint then. */
  reordered: boolean;
  badIndex: boolean;
}

function formatDirective(run: Run): string {
  const start = run.at;
  while ('-+# 0'.includes(run.format[run.at] ?? '?')) run.at += 1;
  const marks = run.format.slice(start, run.at);
  run.badIndex = false;
  readIndex(run);
  const width = readAmount(run) ?? 0;
  let precision = -1;
  if (run.format[run.at] === '.') {
    run.at += 1;
    readIndex(run);
    precision = Math.max(readAmount(run) ?? 0, -1);
  }
  readIndex(run);
  const code = run.format.codePointAt(run.at);
  if (code === undefined) return '%!(NOVERB)';
  const verb = String.fromCodePoint(code);
  run.at += verb.length;
  if (verb === '%') return '%';
  if (Math.abs(width) > MAX_WIDTH || precision > MAX_WIDTH)
    throw new TemplateFault(`a width above ${MAX_WIDTH} in a format`);
  if (run.badIndex) return `%!${verb}(BADINDEX)`;
  const value = run.values[run.used];
  if (value === undefined) return `%!${verb}(MISSING)`;
  run.used += 1;
  const minus = marks.includes('-') || width < 0;
  return formatOne(verb, value, {
    minus,
    plus: marks.includes('+'),
    sharp: marks.includes('#'),
    space: marks.includes(' '),
    zero: marks.includes('0') && !minus,
    width: Math.abs(width),
    precision,
  });
}

/** `[2]`: the next value is the second. */
function readIndex(run: Run): void {
  const match = run.format[run.at] === '[' ? /^\[(\d*)\]/.exec(run.format.slice(run.at, run.at + 12)) : null;
  if (match === null) return;
  run.at += match[0].length;
  run.reordered = true;
  const index = Number(match[1] ?? '') - 1;
  if (index < 0 || index >= run.values.length) run.badIndex = true;
  else run.used = index;
}

/** Digits, or `*` for the next value. */
function readAmount(run: Run): number | undefined {
  if (run.format[run.at] === '*') {
    run.at += 1;
    const value = run.values[run.used];
    run.used += 1;
    return typeof value === 'bigint' ? Number(value) : undefined;
  }
  const start = run.at;
  while (/[0-9]/.test(run.format[run.at] ?? '')) run.at += 1;
  return run.at === start ? undefined : Number(run.format.slice(start, run.at));
}

function formatOne(verb: string, value: Value, flags: Flags): string {
  if (verb === 'T') return pad(typeName(value), flags, false);
  if (value === null) return verb === 'v' ? pad('<nil>', flags, false) : `%!${verb}(<nil>)`;
  if (verb === 'v') return formatPlain(value, flags);
  if (typeof value === 'bigint') return formatInt(verb, value, flags);
  if (typeof value === 'number') return formatNumber(verb, value, flags);
  if (typeof value === 'boolean') return verb === 't' ? pad(String(value), flags, false) : bad(verb, value);
  if (typeof value === 'string') return formatString(verb, value, flags);
  if (verb === 's') return pad(cut(printValue(value), flags), flags, false);
  if (verb === 'q') return pad(quoteValue(value), flags, false);
  if (isList(value)) return `[${value.map((one) => formatOne(verb, one, flags)).join(' ')}]`;
  return isMap(value)
    ? `map[${[...value.keys()].map((key) => `${formatOne(verb, key, flags)}:${formatOne(verb, value.get(key) ?? null, flags)}`).join(' ')}]`
    : bad(verb, value);
}

function formatPlain(value: Value, flags: Flags): string {
  if (typeof value === 'bigint') return formatInt('d', value, flags);
  if (typeof value === 'number') return formatNumber('g', value, flags);
  if (typeof value === 'string' && flags.sharp) return pad(goQuote(value), flags, false);
  return pad(typeof value === 'string' ? cut(value, flags) : printValue(value), flags, false);
}

function formatInt(verb: string, value: bigint, flags: Flags): string {
  const radix = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }[verb];
  if (radix !== undefined) {
    let digits = (value < 0n ? -value : value).toString(radix);
    if (verb === 'X') digits = digits.toUpperCase();
    if (flags.precision >= 0) digits = digits.padStart(flags.precision, '0');
    const prefix = verb === 'O' ? '0o' : flags.sharp ? ({ b: '0b', o: '0', x: '0x', X: '0X' }[verb] ?? '') : '';
    return padNumber(`${signText(value < 0n, flags)}${prefix}`, digits, flags, flags.precision < 0);
  }
  const code = Number(BigInt.asUintN(32, value));
  const char = code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '�' : String.fromCodePoint(code);
  if (verb === 'c') return pad(char, flags, false);
  if (verb === 'q') return pad(goQuote(char, "'"), flags, false);
  if (verb === 'U')
    return pad(`U+${code.toString(16).toUpperCase().padStart(4, '0')}${flags.sharp ? ` '${char}'` : ''}`, flags, false);
  return bad(verb, value);
}

function formatNumber(verb: string, value: number, flags: Flags): string {
  const lower = verb.toLowerCase();
  if (lower !== 'e' && lower !== 'f' && lower !== 'g') return bad(verb, value);
  const precision = flags.precision < 0 && lower !== 'g' ? 6 : flags.precision;
  const text = formatFloat(value, lower, precision);
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '');
  const shown = verb === lower ? digits : digits.toUpperCase();
  const prefix = text.startsWith('+') ? '+' : signText(negative, flags);
  return padNumber(prefix, shown, flags, Number.isFinite(value));
}

function formatString(verb: string, value: string, flags: Flags): string {
  if (verb === 's') return pad(cut(value, flags), flags, true);
  if (verb === 'q') {
    const text = cut(value, flags);
    return pad(flags.sharp && !/[`\x00-\x08\x0a-\x1f\x7f]/.test(text) ? `\`${text}\`` : goQuote(text), flags, true);
  }
  if (verb !== 'x' && verb !== 'X') return bad(verb, value);
  const hex = [...toBytes(value)].map((byte) => byte.toString(16).padStart(2, '0')).join(flags.space ? ' ' : '');
  return pad(verb === 'X' ? hex.toUpperCase() : hex, flags, true);
}

function signText(negative: boolean, flags: Flags): string {
  return negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
}

function cut(text: string, flags: Flags): string {
  return flags.precision < 0 ? text : [...text].slice(0, flags.precision).join('');
}

/** Widths count characters; zeros pad strings too, as Go has it. */
function pad(text: string, flags: Flags, zeros: boolean): string {
  const missing = flags.width - [...text].length;
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  return (zeros && flags.zero ? '0' : ' ').repeat(missing) + text;
}

function padNumber(prefix: string, digits: string, flags: Flags, zeros: boolean): string {
  if (!flags.zero || !zeros || flags.minus) return pad(prefix + digits, flags, false);
  return prefix + digits.padStart(flags.width - prefix.length, '0');
}

function bad(verb: string, value: Value): string {
  return `%!${verb}(${typeName(value)}=${printValue(value)})`;
}
