// A mistyped setting -> the name that was probably meant. Own copy of core/wire's idea, because this room imports nothing.

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const row = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const cost = letter === b[j - 1] ? 0 : 1;
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The closest valid name; there always is one, since a wrong guess costs the reader less than none. */
export function findNearestName(name: string, valid: readonly string[]): string {
  const text = name.slice(0, 64).toLowerCase();
  const ranked = valid.map((word) => ({ word, far: distance(text, word) - (word.startsWith(text) ? 100 : 0) }));
  return ranked.sort((a, b) => a.far - b.far)[0]?.word ?? '';
}
