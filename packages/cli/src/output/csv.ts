// Cells -> a line of CSV (RFC 4180, but with plain line feeds, which cut and awk want). Cells cannot become formulas in a spreadsheet.

/** A cell that begins like a formula gets an apostrophe before it: spreadsheets run `=HYPERLINK(…)` from a user name. */
export function printCsvCell(text: string): string {
  const tame = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

export function printCsvLine(cells: readonly string[]): string {
  return `${cells.map(printCsvCell).join(',')}\n`;
}
