// A number constant of a template: its text in, the int and the float it can stand for out.
import { goUnquote } from './go-quote.ts';

export interface ParsedNumber {
  readonly int: bigint | undefined;
  readonly float: number | undefined;
}

const MAX_INT = 9_223_372_036_854_775_807n;

export function parseNumber(text: string): ParsedNumber | undefined {
  if (text.startsWith("'")) {
    const char = goUnquote(text);
    const code = char?.codePointAt(0);
    return code === undefined ? undefined : { int: BigInt(code), float: code };
  }
  const int = parseGoInteger(text);
  if (int !== undefined) return { int, float: Number(int) };
  const bare = text.replace(/^[+-]/, '');
  if (!/^(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?$/.test(bare)) return undefined;
  const float = Number(text.replaceAll('_', ''));
  if (!Number.isFinite(float)) return undefined;
  return { int: Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? BigInt(float) : undefined, float };
}

/** As `strconv.ParseInt(text, 0, 64)`: prefixes 0x, 0o, 0b, 0 and underscores. */
export function parseGoInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|0[0-7_]*|[1-9][0-9_]*)$/.exec(text);
  if (match === null) return undefined;
  let digits = (match[2] ?? '').replaceAll('_', '');
  if (/^0[0-7]+$/.test(digits)) digits = `0o${digits.slice(1)}`;
  const value = BigInt(digits) * (match[1] === '-' ? -1n : 1n);
  return value > MAX_INT || value < -MAX_INT - 1n ? undefined : value;
}
