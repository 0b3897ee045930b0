// Spans of time in settings: `30d`, `1h30m`, `500ms` -> milliseconds, and back.

const UNITS: readonly (readonly [string, number])[] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Milliseconds of a span, or undefined when the text is none. `off` and `0` are 0; a bare number has no unit and is refused. */
export function parseSpan(text: string): number | undefined {
  if (text === 'off' || text === '0') return 0;
  if (!/^(?:\d{1,9}(?:\.\d{1,3})?(?:ms|[wdhms]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[wdhms])/g)) {
    total += Number(amount) * (UNITS.find(([name]) => name === unit)?.[1] ?? 0);
  }
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined;
}

export function printSpan(ms: number): string {
  for (const [name, unit] of UNITS) {
    if (ms >= unit && ms % unit === 0 && name !== 'w') return `${ms / unit}${name}`;
  }
  return String(ms);
}
