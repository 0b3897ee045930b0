// Text and a Go layout in, a moment out; undefined when the text does not fit, for all of Go's many reasons.
import type { ShownTime } from './format-time.ts';
import { DAYS, MONTHS, splitLayout } from './time-layout.ts';
import { zoneOffset } from './time-zone.ts';

interface Read {
  year: number;
  month: number;
  day: number;
  dayOfYear: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanos: bigint;
  afternoon: boolean | undefined;
  offset: number | undefined;
  zone: string | undefined;
}

/** `zone`: where times without an offset are. */
export function parseTime(text: string, layout: string, zone?: string): ShownTime | undefined {
  const read: Read = {
    year: 0,
    month: 1,
    day: 1,
    dayOfYear: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0n,
    afternoon: undefined,
    offset: undefined,
    zone: undefined,
  };
  let rest = text;
  for (const [index, piece] of splitLayout(layout).entries()) {
    const pattern = piece.kind === 'piece' ? patternOf(piece.text) : undefined;
    if (piece.kind === 'literal') {
      if (!rest.startsWith(piece.text)) return undefined;
      rest = rest.slice(piece.text.length);
      continue;
    }
    const match = (pattern ?? fractionPattern(piece.text)).exec(rest);
    if (match === null) return undefined;
    if (!take(read, piece.text, match[0])) return undefined;
    rest = rest.slice(match[0].length);
    // Seconds may have a fraction that the layout does not mention.
    const after = splitLayout(layout)[index + 1];
    if ((piece.text === '05' || piece.text === '5') && after?.kind !== 'fraction') {
      const fraction = /^[.,]\d+/.exec(rest)?.[0];
      if (fraction !== undefined) {
        take(read, '.0', fraction);
        rest = rest.slice(fraction.length);
      }
    }
  }
  return rest === '' ? finish(read, zone) : undefined;
}

function fractionPattern(piece: string): RegExp {
  return piece[1] === '0' ? new RegExp(`^[.,]\\d{${piece.length - 1}}`) : /^(?:[.,]\d+)?/;
}

function patternOf(piece: string): RegExp {
  if (piece === '2006') return /^\d{4}/;
  if (piece === '002') return /^\d{3}/;
  if (piece === '__2') return /^[ \d]{2}\d/;
  if (piece === 'January') return new RegExp(`^(?:${MONTHS.join('|')})`, 'i');
  if (piece === 'Jan') return new RegExp(`^(?:${MONTHS.map((name) => name.slice(0, 3)).join('|')})`, 'i');
  if (piece === 'Monday') return new RegExp(`^(?:${DAYS.join('|')})`, 'i');
  if (piece === 'Mon') return new RegExp(`^(?:${DAYS.map((name) => name.slice(0, 3)).join('|')})`, 'i');
  if (piece === 'MST') return /^(?:[A-Z]{3,4}|[+-]\d\d)/;
  if (piece === 'PM') return /^[AP]M/;
  if (piece === 'pm') return /^[ap]m/;
  if (piece === '_2') return /^ ?\d{1,2}/;
  if (piece === '15') return /^\d{2}/;
  if (/^[Z-]07/.test(piece)) {
    const colon = piece.includes(':') ? ':' : '';
    const signed = `[+-]\\d\\d${`${colon}\\d\\d`.repeat(piece.replace(/[^0-9]/g, '').length / 2 - 1)}`;
    return new RegExp(piece.startsWith('Z') ? `^(?:Z|${signed})` : `^${signed}`);
  }
  return piece.length === 2 ? /^\d{2}/ : /^\d{1,2}/;
}

/** False when the number is out of its range. */
function take(read: Read, piece: string, text: string): boolean {
  const number = Number(text.trim());
  const within = (low: number, high: number) => number >= low && number <= high;
  switch (piece) {
    case '2006':
      read.year = number;
      return true;
    case '06':
      read.year = number >= 69 ? 1900 + number : 2000 + number;
      return true;
    case 'January':
    case 'Jan':
      read.month = MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase()) + 1;
      return true;
    case '01':
    case '1':
      read.month = number;
      return within(1, 12);
    case '02':
    case '2':
    case '_2':
      read.day = number;
      return within(1, 31);
    case '002':
    case '__2':
      read.dayOfYear = number;
      return within(1, 366);
    case '15':
      read.hour = number;
      return within(0, 23);
    case '03':
    case '3':
      read.hour = number;
      return within(0, 12);
    case '04':
    case '4':
      read.minute = number;
      return within(0, 59);
    case '05':
    case '5':
      read.second = number;
      return within(0, 59);
    case 'PM':
    case 'pm':
      read.afternoon = text.toLowerCase() === 'pm';
      return true;
    case 'MST':
      read.zone = text;
      return true;
    case 'Monday':
    case 'Mon':
      return true;
    default:
      return takeRest(read, piece, text);
  }
}

function takeRest(read: Read, piece: string, text: string): boolean {
  if (piece.startsWith('.') || piece.startsWith(',')) {
    if (text !== '') read.nanos = BigInt(text.slice(1, 10).padEnd(9, '0'));
    return true;
  }
  if (text === 'Z') {
    read.offset = 0;
    return true;
  }
  const [hours = 0, minutes = 0, seconds = 0] = (text.match(/\d\d/g) ?? []).map(Number);
  read.offset = (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
  return hours <= 24 && minutes < 60 && seconds < 60;
}

function finish(read: Read, zone: string | undefined): ShownTime | undefined {
  if (read.afternoon === true && read.hour < 12) read.hour += 12;
  if (read.afternoon === false && read.hour === 12) read.hour = 0;
  const date = new Date(0);
  date.setUTCFullYear(read.year, read.dayOfYear === undefined ? read.month - 1 : 0, read.dayOfYear ?? read.day);
  date.setUTCHours(read.hour, read.minute, read.second);
  if (read.dayOfYear === undefined && date.getUTCDate() !== read.day) return undefined;
  const local = BigInt(date.getTime()) * 1_000_000n + read.nanos;
  const given =
    zone === undefined || zone === 'UTC' || read.offset !== undefined ? undefined : zoneOffset(zone, date.getTime());
  const offsetSeconds = read.offset ?? given?.seconds ?? 0;
  const name = read.offset === undefined ? (given?.name ?? 'UTC') : read.offset === 0 ? 'UTC' : '';
  return { nanos: local - BigInt(offsetSeconds) * 1_000_000_000n, zone: name, offsetSeconds };
}
