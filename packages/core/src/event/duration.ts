// Durations as LogQL, Go and kubectl write them (`1h30m`, `2d`, `500ms`) and moments relative to now. Text to nanoseconds and back.
import { parseTimeNanos } from './time.ts';

export type ParsedDuration =
  | { readonly ok: true; readonly nanos: bigint }
  | { readonly ok: false; readonly problem: string };

const NANOS_PER: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
  ['w', 604_800_000_000_000n],
  ['y', 31_536_000_000_000_000n],
]);

/** Largest first; weeks and years are read but not printed: `10d` is plainer than `1w3d`. */
const PRINTED_UNITS = ['d', 'h', 'm', 's', 'ms', 'µs', 'ns'] as const;

/** Go's own limit: what fits into a signed 64-bit count of nanoseconds, about 292 years. */
const MAX_NANOS = 9_223_372_036_854_775_807n;
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w|y)/y;

/** One or more numbers with units, fractions allowed, an optional sign in front; `0` needs no unit. */
export function parseDuration(text: string): ParsedDuration {
  const bad = (why: string): ParsedDuration => ({
    ok: false,
    problem: `not a duration: ${JSON.stringify(text.slice(0, 64))} ${why}; write it like 30s, 15m, 1h30m or 2d`,
  });
  if (text.length > 64) return bad('is too long');
  const signed = text.startsWith('-') || text.startsWith('+');
  const body = signed ? text.slice(1) : text;
  if (body === '0') return { ok: true, nanos: 0n };
  if (body === '') return bad('is empty');
  let nanos = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < body.length) {
    const at = PART.lastIndex;
    const part = PART.exec(body);
    if (part === null)
      return bad(/^[\d.]+$/.test(body.slice(at)) ? 'lacks a unit' : 'has a part that is not understood');
    nanos += partNanos(part[1] ?? '', NANOS_PER.get(part[2] ?? '') ?? 0n);
  }
  if (nanos > MAX_NANOS) return bad('is longer than 292 years');
  return { ok: true, nanos: text.startsWith('-') ? -nanos : nanos };
}

/** The same for who has an own sentence for the failure. */
export function parseDurationNanos(text: string): bigint | undefined {
  const parsed = parseDuration(text);
  return parsed.ok ? parsed.nanos : undefined;
}

/** The shortest exact text: `1h30m`, `2d`, `1s500ms`; `0s` for nothing. */
export function printDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  let rest = nanos < 0n ? -nanos : nanos;
  let text = nanos < 0n ? '-' : '';
  for (const unit of PRINTED_UNITS) {
    const size = NANOS_PER.get(unit) ?? 1n;
    const count = rest / size;
    if (count > 0n) text += `${count}${unit}`;
    rest %= size;
  }
  return text;
}

/**
 * What stands behind `--since` and `--until`: a duration counts back from now, `now` is now, anything else must be RFC 3339
 * (a bare day is its UTC midnight).
 */
export function parseMoment(text: string, nowNanos: bigint): ParsedDuration {
  if (text === 'now') return { ok: true, nanos: nowNanos };
  const time = parseTimeNanos(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (time !== undefined) return { ok: true, nanos: time };
  const back = parseDuration(text);
  if (back.ok) return { ok: true, nanos: nowNanos - back.nanos };
  return {
    ok: false,
    problem: `neither a duration nor a time: ${JSON.stringify(text.slice(0, 64))}; write 2h, 7d or 2026-11-20T19:00:00Z`,
  };
}

function partNanos(number: string, unit: bigint): bigint {
  const [whole = '', fraction = ''] = number.split('.');
  const scale = 10n ** BigInt(fraction.length);
  return (BigInt(whole + fraction || '0') * unit) / scale;
}
