// Rows of texts -> aligned columns as kubectl prints them; texts from records cannot steer the terminal.
import { printHarmless } from '../../output/index.ts';

export function renderTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: ReadonlySet<number> = new Set(),
): string {
  const cells = [headers, ...rows].map((row) => row.map((cell) => printHarmless(cell) || '<none>'));
  const widths = headers.map((_, column) => cells.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        rightAligned.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}
