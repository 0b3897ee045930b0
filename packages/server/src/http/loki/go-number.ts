// Numbers as Go reads them from parameters: text -> value or the sentence of strconv.

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const refused = (problem: string): { readonly ok: false; readonly problem: string } => ({ ok: false, problem });

/** Go's %q is JSON's quoting for all that people type. */
export const quote = (text: string): string => JSON.stringify(text);

const MAX_INT64 = 9_223_372_036_854_775_807n;

export function parseInt64(text: string, reader: 'strconv.ParseInt' | 'strconv.Atoi'): Parsed<bigint> {
  if (!/^[+-]?\d{1,400}$/.test(text)) return refused(`${reader}: parsing ${quote(text)}: invalid syntax`);
  const value = BigInt(text.replace(/^\+/, ''));
  return value > MAX_INT64 || value < -MAX_INT64 - 1n
    ? refused(`${reader}: parsing ${quote(text)}: value out of range`)
    : parsed(value);
}

/** Decimal floats, infinities and NaN; hexadecimal ones are not asked for by any client. */
export function findFloat(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}
