// The parts of an audit record that need more than stepping over: escaped texts, lists, times and field selectors.
import { decodeUtf8 } from '../../event/index.ts';
import { FAULT } from './json-cursor.ts';

export interface ByteRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export function parseEscaped(bytes: Uint8Array, start: number, end: number): string {
  try {
    return String(JSON.parse(decodeUtf8(bytes, start, end)));
  } catch {
    throw FAULT;
  }
}

export function parseList(bytes: Uint8Array, start: number, end: number): readonly string[] {
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes, start, end));
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  } catch {
    throw FAULT;
  }
}

/** `2026-11-20T19:52:48.366430Z` -> milliseconds; NaN for anything else. */
export function parseTime({ bytes, start, end }: ByteRange): number {
  if (end - start < 20 || bytes[end - 1] !== 90) return Number.NaN;
  const digits = (at: number, count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 10 + (bytes[start + at + i] ?? 0) - 48;
    return value;
  };
  const millis = end - start >= 24 ? digits(20, 3) : 0;
  return Date.UTC(digits(0, 4), digits(5, 2) - 1, digits(8, 2), digits(11, 2), digits(14, 2), digits(17, 2), millis);
}

const FIELD_SELECTOR = [...'fieldSelector'].map((char) => char.charCodeAt(0));

export function namesField(bytes: Uint8Array, start: number, end: number): boolean {
  const last = end - FIELD_SELECTOR.length;
  for (let at = start; at <= last; at++) {
    // Percent-escapes could spell the key too; then the whole target is looked at.
    if (bytes[at] === 37 && bytes[at + 1] === 54) return true;
    if (bytes[at] !== 102) continue;
    let i = 1;
    while (i < FIELD_SELECTOR.length && bytes[at + i] === FIELD_SELECTOR[i]) i++;
    if (i === FIELD_SELECTOR.length) return true;
  }
  return false;
}
