// A moment and a Go layout in, text out.
import { DAYS, MONTHS, splitLayout } from './time-layout.ts';

export interface ShownTime {
  readonly nanos: bigint;
  readonly zone: string;
  readonly offsetSeconds: number;
}

const SECOND = 1_000_000_000n;

export function formatTime(time: ShownTime, layout: string): string {
  const shown = time.nanos + BigInt(time.offsetSeconds) * SECOND;
  const fraction = ((shown % SECOND) + SECOND) % SECOND;
  const date = new Date(Number((shown - fraction) / SECOND) * 1000);
  let text = '';
  for (const piece of splitLayout(layout)) {
    if (piece.kind === 'literal') text += piece.text;
    else if (piece.kind === 'fraction') text += formatFraction(piece.text, fraction);
    else text += formatPiece(piece.text, date, time);
  }
  return text;
}

function formatFraction(piece: string, fraction: bigint): string {
  const digits = fraction
    .toString()
    .padStart(9, '0')
    .slice(0, piece.length - 1)
    .padEnd(piece.length - 1, '0');
  if (piece[1] === '0') return piece[0] + digits;
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '' : piece[0] + trimmed;
}

function formatPiece(piece: string, date: Date, time: ShownTime): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const hour12 = date.getUTCHours() % 12 || 12;
  switch (piece) {
    case '2006':
      return String(date.getUTCFullYear()).padStart(4, '0');
    case '06':
      return two(date.getUTCFullYear() % 100);
    case 'January':
      return MONTHS[date.getUTCMonth()] ?? '';
    case 'Jan':
      return (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3);
    case '01':
      return two(date.getUTCMonth() + 1);
    case '1':
      return String(date.getUTCMonth() + 1);
    case 'Monday':
      return DAYS[date.getUTCDay()] ?? '';
    case 'Mon':
      return (DAYS[date.getUTCDay()] ?? '').slice(0, 3);
    case '02':
      return two(date.getUTCDate());
    case '2':
      return String(date.getUTCDate());
    case '_2':
      return String(date.getUTCDate()).padStart(2, ' ');
    case '002':
      return String(dayOfYear(date)).padStart(3, '0');
    case '__2':
      return String(dayOfYear(date)).padStart(3, ' ');
    case '15':
      return two(date.getUTCHours());
    case '03':
      return two(hour12);
    case '3':
      return String(hour12);
    case '04':
      return two(date.getUTCMinutes());
    case '4':
      return String(date.getUTCMinutes());
    case '05':
      return two(date.getUTCSeconds());
    case '5':
      return String(date.getUTCSeconds());
    case 'PM':
      return date.getUTCHours() < 12 ? 'AM' : 'PM';
    case 'pm':
      return date.getUTCHours() < 12 ? 'am' : 'pm';
    case 'MST':
      return time.zone === '' ? formatOffset('-0700', time.offsetSeconds) : time.zone;
    default:
      return formatOffset(piece, time.offsetSeconds);
  }
}

function formatOffset(piece: string, offset: number): string {
  if (piece.startsWith('Z') && offset === 0) return 'Z';
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  const colon = piece.includes(':') ? ':' : '';
  const count = piece.replace(/[^0-9]/g, '').length / 2;
  return (offset < 0 ? '-' : '+') + parts.slice(0, count).join(colon);
}

function dayOfYear(date: Date): number {
  return (
    Math.floor(
      (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) /
        86_400_000,
    ) + 1
  );
}
