// Nearest valid word for a mistyped one: text + valid words -> the sentence that ends an error message.

/** Levenshtein distance, for short words. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The closest valid word within a third of its length, if any. */
export function findNearest(text: string, valid: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const word of valid) {
    const d = distance(text.slice(0, 64).toLowerCase(), word.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [word, d];
  }
  return best !== undefined && bestDistance <= Math.max(2, Math.ceil(best.length / 3)) ? best : undefined;
}

/** "did you mean ResponseComplete? Valid: a, b, c." */
export function suggest(text: string, valid: readonly string[]): string {
  const nearest = findNearest(text, valid);
  return `${nearest === undefined ? '' : `did you mean ${nearest}? `}valid: ${valid.join(', ')}.`;
}
