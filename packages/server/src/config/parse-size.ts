// Sizes: `64MiB`, `1.5GB`, `1048576` -> bytes; bytes -> the shortest text that means the same.

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kib', 2 ** 10],
  ['ki', 2 ** 10],
  ['mib', 2 ** 20],
  ['mi', 2 ** 20],
  ['gib', 2 ** 30],
  ['gi', 2 ** 30],
  ['tib', 2 ** 40],
  ['ti', 2 ** 40],
  ['kb', 1e3],
  ['k', 1e3],
  ['mb', 1e6],
  ['m', 1e6],
  ['gb', 1e9],
  ['g', 1e9],
  ['tb', 1e12],
  ['t', 1e12],
]);

/** Bytes of a size, or undefined when the text is none. `off` is 0. */
export function parseSize(text: string): number | undefined {
  if (text === 'off') return 0;
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]{0,3})$/.exec(text.trim());
  const unit = UNITS.get((match?.[2] ?? '?').toLowerCase());
  if (match?.[1] === undefined || unit === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

export function printSize(bytes: number): string {
  for (const [name, unit] of [
    ['TiB', 2 ** 40],
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit}${name}`;
  }
  return String(bytes);
}
