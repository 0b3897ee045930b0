// Durations of the language: Prometheus' `1w2d` and Go's `1h30m0.5s`, read to nanoseconds and printed the way each of them does.

export type ParsedDuration =
  | { readonly ok: true; readonly nanos: bigint }
  | { readonly ok: false; readonly problem: string };

const MAX_NANOS = 2n ** 63n - 1n;
const MILLI = 1_000_000n;
const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;

/** Prometheus' units, largest first, in milliseconds. */
const PROMETHEUS: readonly (readonly [string, bigint])[] = [
  ['y', 31_536_000_000n],
  ['w', 604_800_000n],
  ['d', 86_400_000n],
  ['h', 3_600_000n],
  ['m', 60_000n],
  ['s', 1000n],
  ['ms', 1n],
];
const GO_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', MILLI],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', HOUR],
]);

/** As Loki reads them: Prometheus' form first, then Go's, with Go's complaint. */
export function parseDuration(text: string): ParsedDuration {
  const nanos = readPrometheus(text);
  return nanos === undefined ? parseGoDuration(text) : { ok: true, nanos };
}

function readPrometheus(text: string): bigint | undefined {
  if (text === '0') return 0n;
  if (text === '') return undefined;
  const match = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  if (match === null) return undefined;
  const nanos = PROMETHEUS.reduce((sum, [, millis], index) => sum + BigInt(match[index + 1] ?? 0) * millis * MILLI, 0n);
  return nanos > MAX_NANOS ? undefined : nanos;
}

/** Go's `time.ParseDuration`, the words of its errors without their `time: `. */
export function parseGoDuration(text: string): ParsedDuration {
  const fail = (what: string): ParsedDuration => ({ ok: false, problem: `${what} duration ${quoteTime(text)}` });
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  let rest = text.slice(sign.length);
  if (rest === '0') return { ok: true, nanos: 0n };
  if (rest === '') return fail('invalid');
  let nanos = 0n;
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest);
    const whole = number?.[1] ?? '';
    const fraction = number?.[2] ?? '';
    if (whole === '' && fraction === '') return fail('invalid');
    rest = rest.slice(number?.[0].length ?? 0);
    const name = /^[^.\d]*/.exec(rest)?.[0] ?? '';
    if (name === '') return fail('missing unit in');
    const unit = GO_UNITS.get(name);
    if (unit === undefined) return fail(`unknown unit ${quoteTime(name)} in`);
    rest = rest.slice(name.length);
    nanos += BigInt(whole === '' ? 0 : whole) * unit;
    // More digits than a nanosecond of an hour has add nothing.
    const tail = fraction.slice(0, 18);
    if (tail !== '') nanos += (BigInt(tail) * unit) / 10n ** BigInt(tail.length);
    if (nanos > MAX_NANOS + 1n) return fail('invalid');
  }
  if (sign === '-') return { ok: true, nanos: -nanos };
  return nanos > MAX_NANOS ? fail('invalid') : { ok: true, nanos };
}

/** As Go's package `time` quotes in its errors: byte by byte what is no ASCII. */
export function quoteTime(text: string): string {
  let quoted = '"';
  for (const sign of text) {
    if (sign === '"' || sign === '\\') quoted += `\\${sign}`;
    else if (sign < ' ' || sign >= '\x7f') quoted += printBytes(sign);
    else quoted += sign;
  }
  return `${quoted}"`;
}

function printBytes(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\\xef\\xbf\\xbd';
  return encodeURIComponent(sign).toLowerCase().replaceAll('%', '\\x');
}

/** `1h30m`, as Prometheus prints a range; finer than a millisecond as Go prints it. */
export function printRangeDuration(nanos: bigint): string {
  if (nanos % MILLI !== 0n || nanos < 0n) return printGoDuration(nanos);
  let millis = nanos / MILLI;
  if (millis === 0n) return '0s';
  let text = '';
  for (const [name, size] of PROMETHEUS) {
    // Years and weeks only when nothing remains: 90d is easier to read than 12w6d.
    if ((name === 'y' || name === 'w') && millis % size !== 0n) continue;
    if (millis >= size) {
      text += `${millis / size}${name}`;
      millis %= size;
    }
  }
  return text;
}

/** `1h30m0s`, `1.5µs`: Go's `Duration.String`. */
export function printGoDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  if (nanos < 0n) return `-${printGoDuration(-nanos)}`;
  if (nanos < 1000n) return `${nanos}ns`;
  if (nanos < MILLI) return `${printFraction(nanos, 1000n)}µs`;
  if (nanos < SECOND) return `${printFraction(nanos, MILLI)}ms`;
  const hours = nanos / HOUR;
  const minutes = (nanos / (60n * SECOND)) % 60n;
  const seconds = printFraction(nanos % (60n * SECOND), SECOND);
  return `${hours > 0n ? `${hours}h` : ''}${hours > 0n || minutes > 0n ? `${minutes}m` : ''}${seconds}s`;
}

function printFraction(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return `${value / unit}${fraction === '' ? '' : `.${fraction}`}`;
}
