// Named time zones: a zone and a local time in, its offset and its short name then out.

/** English writes few abbreviations in each of its countries; together they have those that Go prints. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA'];

export interface ZoneOffset {
  readonly seconds: number;
  readonly name: string;
}

/** Undefined for a zone nobody knows. */
export function zoneOffset(zone: string, localMillis: number): ZoneOffset | undefined {
  try {
    const offsetAt = (millis: number) => readOffset(zoneName('en-US', zone, 'longOffset', millis));
    // The first guess is off near a change of clocks; the second look settles it.
    const guess = offsetAt(localMillis);
    const seconds = offsetAt(localMillis - guess * 1000);
    return { seconds, name: findName(zone, localMillis - seconds * 1000, seconds) };
  } catch (fault) {
    if (fault instanceof RangeError) return undefined;
    throw fault;
  }
}

function zoneName(locale: string, zone: string, style: 'short' | 'longOffset', millis: number): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: style, hour: 'numeric' });
  return format.formatToParts(millis).find((part) => part.type === 'timeZoneName')?.value ?? '';
}

/** `GMT+02:00` in seconds. */
function readOffset(text: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
}

/** Zones without an abbreviation are called by their offset: `-03`. */
function findName(zone: string, millis: number, seconds: number): string {
  for (const locale of LOCALES) {
    const name = zoneName(locale, zone, 'short', millis);
    if (/^[A-Z]{3,5}$/.test(name)) return name;
  }
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${seconds < 0 ? '-' : '+'}${hours}${rest === '00' ? '' : rest}`;
}
