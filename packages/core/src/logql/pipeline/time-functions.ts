// Template functions over time: now, dates from and to text by Go's layouts, Unix epochs.
import {
  floorDivide,
  formatTime,
  goQuote,
  makeTime,
  parseTime,
  readTime,
  TemplateFault,
  type TemplateFunction,
  TIME_TYPE,
  type Value,
  ZERO_TIME_NANOS,
} from '../../template/index.ts';

const epoch = (nanosPerUnit: bigint): TemplateFunction => ({
  parameters: [TIME_TYPE],
  call: ([time = null]) => String(floorDivide(readTime(time), nanosPerUnit)),
});

export function createTimeFunctions(nowNanos: () => bigint): Map<string, TemplateFunction> {
  return new Map<string, TemplateFunction>([
    ['now', { parameters: [], call: () => makeTime(nowNanos()) }],
    [
      'date',
      { parameters: ['string', 'any'], call: ([layout, when = null]) => formatDate(String(layout), when, nowNanos) },
    ],
    [
      'toDate',
      { parameters: ['string', 'string'], call: ([layout, text]) => readDate(String(layout), 'UTC', String(text)) },
    ],
    [
      'toDateInZone',
      {
        parameters: ['string', 'string', 'string'],
        call: ([layout, zone, text]) => readDate(String(layout), String(zone), String(text)),
      },
    ],
    ['unixEpoch', epoch(1_000_000_000n)],
    ['unixEpochMillis', epoch(1_000_000n)],
    ['unixEpochNanos', epoch(1n)],
    ['unixToTime', { parameters: ['string'], call: ([text]) => readEpoch(String(text)) }],
  ]);
}

/** A time, or seconds since 1970; of anything else it is now. Servers stand in UTC. */
function formatDate(layout: string, when: Value, nowNanos: () => bigint): string {
  const nanos =
    typeof when === 'bigint'
      ? when * 1_000_000_000n
      : typeof when === 'object' && when !== null
        ? readTime(when)
        : nowNanos();
  return formatTime({ nanos, zone: 'UTC', offsetSeconds: 0 }, layout);
}

/** What does not fit the layout is Go's zero time. */
function readDate(layout: string, zone: string, text: string): Value {
  const time = parseTime(text, layout, zone);
  return time === undefined ? makeTime(ZERO_TIME_NANOS) : makeTime(time.nanos, time.zone, time.offsetSeconds);
}

/** Digits say the unit by their number: days, seconds, milli-, micro-, nanoseconds. */
const EPOCH_UNITS: ReadonlyMap<number, bigint> = new Map([
  [5, 86_400_000_000_000n],
  [10, 1_000_000_000n],
  [13, 1_000_000n],
  [16, 1_000n],
  [19, 1n],
]);

function readEpoch(text: string): Value {
  if (!/^[+-]?\d+$/.test(text))
    throw new TemplateFault(
      `unable to parse time '${text}': strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`,
    );
  // Loki wraps an error that is none here, and Go says so.
  const unit = EPOCH_UNITS.get(text.length);
  if (unit === undefined) throw new TemplateFault(`unable to parse time '${text}': %!w(<nil>)`);
  return makeTime(BigInt(text) * unit);
}
