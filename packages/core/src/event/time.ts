// Time: RFC 3339 text to nanoseconds since 1970 and back. Text in, bigint out; no clock and no time zone of the machine.

const NANOS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;

/** Year, month, day, clock, fraction and offset; Go's parser is as strict about the shape, and it wrote the text. */
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))$/;

/**
 * RFC 3339 with any number of fraction digits (those after the ninth are cut) and any offset.
 * `undefined` when the text is not such a time; a leap second (`:60`) is the next second, as everywhere in Unix time.
 */
export function parseTimeNanos(text: string): bigint | undefined {
  // What an API server writes, `2026-11-20T19:52:48.366430Z`: always 27 characters.
  if (text.length === 27 && text.charCodeAt(26) === 0x5a) {
    const fast = parseMicrosUtc(text);
    if (fast !== undefined) return fast;
  }
  if (text.length > 64) return undefined;
  const parts = RFC3339.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', , sign, offsetHour = '0', offsetMinute = '0'] = parts;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const seconds = utcSeconds(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (seconds === undefined) return undefined;
  const offset = (Number(offsetHour) * 3600 + Number(offsetMinute) * 60) * (sign === '-' ? -1 : 1);
  return BigInt(seconds - offset) * NANOS_PER_SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

/** As Kubernetes writes its MicroTime: UTC, always six fraction digits, `Z`. Finer digits are cut. */
export function printTime(nanos: bigint): string {
  const { text, nanosOfSecond } = wholeSeconds(nanos);
  return `${text}.${String(Math.trunc(nanosOfSecond / 1000)).padStart(6, '0')}Z`;
}

/** All nine fraction digits: for times that were pushed with nanoseconds. */
export function printTimeNanos(nanos: bigint): string {
  const { text, nanosOfSecond } = wholeSeconds(nanos);
  return `${text}.${String(nanosOfSecond).padStart(9, '0')}Z`;
}

/** `2026-11-20`, the UTC day a time lies in: the store's partition. */
export function printDay(nanos: bigint): string {
  return wholeSeconds(nanos).text.slice(0, 10);
}

function parseMicrosUtc(text: string): bigint | undefined {
  if (
    text.charCodeAt(4) !== 0x2d ||
    text.charCodeAt(7) !== 0x2d ||
    text.charCodeAt(10) !== 0x54 ||
    text.charCodeAt(13) !== 0x3a ||
    text.charCodeAt(16) !== 0x3a ||
    text.charCodeAt(19) !== 0x2e
  ) {
    return undefined;
  }
  const seconds = utcSeconds(
    digits(text, 0, 4),
    digits(text, 5, 7),
    digits(text, 8, 10),
    digits(text, 11, 13),
    digits(text, 14, 16),
    digits(text, 17, 19),
  );
  const micros = digits(text, 20, 26);
  if (seconds === undefined || Number.isNaN(micros)) return undefined;
  return BigInt(seconds) * NANOS_PER_SECOND + BigInt(micros * 1000);
}

/** NaN when one of the characters is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function utcSeconds(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  // Written so that NaN fails every comparison.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return undefined;
  return daysSince1970(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Proleptic Gregorian calendar, counted in eras of 400 years that begin in March. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function wholeSeconds(nanos: bigint): { text: string; nanosOfSecond: number } {
  const nanosOfSecond = Number(((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND);
  const seconds = Number((nanos - BigInt(nanosOfSecond)) / NANOS_PER_SECOND);
  // `Date` is right for whole seconds; outside its range (years beyond 9999) we clamp, so printing never throws.
  const clamped = Math.min(Math.max(seconds, -62_167_219_200), 253_402_300_799);
  return { text: new Date(clamped * 1000).toISOString().slice(0, 19), nanosOfSecond };
}
