// Durations of `since`, `step` and `interval`, as Prometheus reads them: `1h30m`, largest unit first, whole numbers. Text -> nanoseconds or its sentence.
import { findFloat, type Parsed, parsed, quote, refused } from './go-number.ts';

const SECOND = 1_000_000_000n;
/** Largest first; a unit may only be followed by a smaller one. */
const UNITS: readonly (readonly [string, bigint])[] = [
  ['y', 31_536_000n * SECOND],
  ['w', 604_800n * SECOND],
  ['d', 86_400n * SECOND],
  ['h', 3600n * SECOND],
  ['m', 60n * SECOND],
  ['s', SECOND],
  ['ms', 1_000_000n],
];
const MAX_NANOS = 9_223_372_036_854_775_807n;

export function parsePrometheusDuration(text: string): Parsed<bigint> {
  if (text === '0') return parsed(0n);
  if (text === '') return refused('empty duration string');
  const bad = refused(`not a valid duration string: ${quote(text)}`);
  if (text.length > 64 || !/^(?:\d+[^\d]+)+$/.test(text)) return bad;
  let nanos = 0n;
  let last = -1;
  for (const [, digits = '', unit = ''] of text.matchAll(/(\d+)([^\d]+)/g)) {
    const place = UNITS.findIndex(([name]) => name === unit);
    if (place < 0) return refused(`unknown unit ${quote(unit)} in duration ${quote(text)}`);
    if (place <= last) return bad;
    last = place;
    nanos += BigInt(digits) * (UNITS[place]?.[1] ?? 0n);
    if (nanos > MAX_NANOS) return refused('duration out of range');
  }
  return parsed(nanos);
}

/** A float of seconds, or a duration. */
export function parseSecondsOrDuration(text: string): Parsed<bigint> {
  const seconds = findFloat(text);
  if (seconds !== undefined) {
    const nanos = seconds * 1e9;
    if (!(Math.abs(nanos) <= 2 ** 63))
      return refused(`cannot parse ${quote(text)} to a valid duration. It overflows int64`);
    return parsed(BigInt(Math.trunc(nanos)));
  }
  const duration = parsePrometheusDuration(text);
  return duration.ok ? duration : refused(`cannot parse ${quote(text)} to a valid duration`);
}

/** As Prometheus prints one: `30d1h`; days and smaller. */
export function printPrometheusDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  let rest = nanos / 1_000_000n;
  let text = '';
  const take = (unit: string, ms: bigint, exact: boolean) => {
    if (exact && rest % ms !== 0n) return;
    const count = rest / ms;
    if (count > 0n) text += `${count}${unit}`;
    rest -= count * ms;
  };
  take('y', 31_536_000_000n, true);
  take('w', 604_800_000n, true);
  take('d', 86_400_000n, false);
  take('h', 3_600_000n, false);
  take('m', 60_000n, false);
  take('s', 1000n, false);
  take('ms', 1n, false);
  return text;
}

/** As Go prints one: `7728h0m0s`, `1m30.5s`, `250ms`. */
export function printGoDuration(nanos: bigint): string {
  if (nanos < 0n) return `-${printGoDuration(-nanos)}`;
  if (nanos === 0n) return '0s';
  const small: readonly (readonly [string, bigint])[] = [
    ['ns', 1n],
    ['µs', 1000n],
    ['ms', 1_000_000n],
  ];
  const unit = small.findLast(([, size]) => nanos < SECOND && nanos >= size);
  if (unit !== undefined) return `${Number(nanos) / Number(unit[1])}${unit[0]}`;
  const minutes = nanos / (60n * SECOND);
  const fraction = String(nanos % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const seconds = `${(nanos / SECOND) % 60n}${fraction === '' ? '' : `.${fraction}`}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}
