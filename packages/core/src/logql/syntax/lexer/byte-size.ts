// Sizes like 5KB and 1.5MiB: text to bytes, and bytes to the shortest text that reads back as the same number.

const MAX_BYTES = 2 ** 64;
const DECIMAL = ['', 'k', 'm', 'g', 't', 'p', 'e'];

/** Undefined when the text is no size. Fractions of a byte are cut, as Loki does. */
export function parseByteSize(text: string): number | undefined {
  const match = /^([0-9.,]+)\s*([a-z]*)\s*$/i.exec(text);
  if (match === null) return undefined;
  const digits = (match[1] ?? '').replaceAll(',', '');
  if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(digits)) return undefined;
  const unit = /^([kmgtpe]?)(i?)(b?)$/.exec((match[2] ?? '').toLowerCase());
  if (unit === null) return undefined;
  const [, scale = '', binary = ''] = unit;
  if (scale === '' && binary !== '') return undefined;
  const bytes = Number(digits) * (binary === '' ? 1000 : 1024) ** DECIMAL.indexOf(scale);
  return bytes >= MAX_BYTES ? undefined : Math.trunc(bytes);
}

// Loki prints rounded sizes (`1.0MB` for 1MiB); a printed query must ask for what the read one did.
/** `1MiB`, `20KB`, `734B`. */
export function printByteSize(bytes: number): string {
  // `0B` would begin a binary number.
  if (bytes === 0) return '0KB';
  for (const power of [4, 3, 2, 1]) {
    const letter = 'KMGT'[power - 1];
    if (bytes >= 1024 ** power && bytes % 1024 ** power === 0 && bytes / 1024 ** power < 1e6)
      return `${bytes / 1024 ** power}${letter}iB`;
    if (bytes >= 1000 ** power && bytes % 1000 ** power === 0 && bytes / 1000 ** power < 1e6)
      return `${bytes / 1000 ** power}${letter}B`;
  }
  return `${BigInt(bytes)}B`;
}
