// Offsets in a text -> line and column, both counted from 1.

export interface LineIndex {
  readonly place: (at: number) => { readonly line: number; readonly column: number };
  readonly startOfLine: (line: number) => number;
  readonly lines: number;
}

export function buildLineIndex(text: string): LineIndex {
  const starts: number[] = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  // A byte order mark takes no column.
  const marked = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return {
    lines: starts.length,
    startOfLine: (line) => starts[line - 1] ?? text.length,
    place: (at) => {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= at) low = middle;
        else high = middle - 1;
      }
      const column = at - (starts[low] ?? 0) + 1 - (low === 0 ? marked : 0);
      return { line: low + 1, column: Math.max(1, column) };
    },
  };
}
