// Go's `time.Time` as a template value: a moment in nanoseconds and the zone it is shown in.
import { formatTime } from './format-time.ts';
import { DAYS, MONTHS } from './time-layout.ts';
import { type GoObject, isObject, TemplateFault, type TemplateFunction, type Value } from './value.ts';

export const TIME_TYPE = 'time.Time';

/** Go's zero time, January 1 of the year 1. */
export const ZERO_TIME_NANOS = -62_135_596_800_000_000_000n;

const MOMENTS = new WeakMap<GoObject, bigint>();
const SECOND = 1_000_000_000n;

/** A time to hand to a template. `offsetSeconds` and `zone` say how it is shown. */
export function makeTime(nanos: bigint, zone = 'UTC', offsetSeconds = 0): GoObject {
  const shown = nanos + BigInt(offsetSeconds) * SECOND;
  const seconds = floorDivide(shown, SECOND);
  const date = new Date(Number(seconds) * 1000);
  const int = (value: bigint | number): TemplateFunction => ({ parameters: [], call: () => BigInt(value) });
  const time: GoObject = {
    kind: 'object',
    type: TIME_TYPE,
    fields: new Map(),
    methods: new Map<string, TemplateFunction>([
      ['Unix', int(floorDivide(nanos, SECOND))],
      ['UnixMilli', int(floorDivide(nanos, 1_000_000n))],
      ['UnixMicro', int(floorDivide(nanos, 1_000n))],
      ['UnixNano', int(nanos)],
      ['Year', int(date.getUTCFullYear())],
      ['Day', int(date.getUTCDate())],
      ['Hour', int(date.getUTCHours())],
      ['Minute', int(date.getUTCMinutes())],
      ['Second', int(date.getUTCSeconds())],
      ['Nanosecond', int(shown - seconds * SECOND)],
      ['Month', named('time.Month', MONTHS[date.getUTCMonth()] ?? '')],
      ['Weekday', named('time.Weekday', DAYS[date.getUTCDay()] ?? '')],
      ['YearDay', int(Math.floor((date.getTime() - startOfYear(date)) / 86_400_000) + 1)],
      ['IsZero', { parameters: [], call: () => nanos === ZERO_TIME_NANOS }],
      ['Add', { parameters: ['int'], call: ([more]) => makeTime(nanos + BigInt(String(more)), zone, offsetSeconds) }],
      [
        'AddDate',
        {
          parameters: ['int', 'int', 'int'],
          call: ([years, months, days]) => {
            const moved = new Date(date);
            moved.setUTCFullYear(
              date.getUTCFullYear() + Number(years),
              date.getUTCMonth() + Number(months),
              date.getUTCDate() + Number(days),
            );
            return makeTime(nanos + BigInt(moved.getTime() - date.getTime()) * 1_000_000n, zone, offsetSeconds);
          },
        },
      ],
      ['UTC', { parameters: [], call: () => makeTime(nanos) }],
      ['String', { parameters: [], call: () => time.print() }],
      [
        'Format',
        { parameters: ['string'], call: ([layout]) => formatTime({ nanos, zone, offsetSeconds }, String(layout)) },
      ],
    ]),
    print: () => formatTime({ nanos, zone, offsetSeconds }, '2006-01-02 15:04:05.999999999 -0700 MST'),
  };
  MOMENTS.set(time, nanos);
  return time;
}

/** A month or a weekday: a number to Go, a name to who reads it. */
function named(type: 'time.Month' | 'time.Weekday', name: string): TemplateFunction {
  const value: GoObject = { kind: 'object', type, fields: new Map(), methods: new Map(), print: () => name };
  return { parameters: [], call: () => value };
}

function startOfYear(date: Date): number {
  const start = new Date(date);
  start.setUTCMonth(0, 1);
  return start.setUTCHours(0, 0, 0, 0);
}

/** The moment of a time value; for functions whose parameter is a `time.Time`. */
export function readTime(value: Value): bigint {
  const nanos = isObject(value) ? MOMENTS.get(value) : undefined;
  if (nanos === undefined) throw new TemplateFault('not a time');
  return nanos;
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
