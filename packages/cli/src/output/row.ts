// Row: one JSON object of an answer, read defensively: a newer server may leave out or add members.

export type Row = Readonly<Record<string, unknown>>;

export function parseRow(line: Uint8Array | string): Row {
  const value: unknown = JSON.parse(
    typeof line === 'string' ? line : Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8'),
  );
  // `--fields` of a record without any of them may come as null.
  return isRow(value) ? value : {};
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Any value as text for a cell: lists joined with commas, objects as JSON, absence as ''. */
export function printValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(printValue).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function textOf(row: Row, key: string): string {
  return printValue(row[key]);
}

export function numberOf(row: Row, key: string): number | undefined {
  const value = row[key];
  return typeof value === 'number' ? value : undefined;
}

export function listOf(row: Row, key: string): readonly string[] {
  const value = row[key];
  return Array.isArray(value) ? value.map(printValue) : [];
}

/** The member as a row; an empty one when it is not an object. */
export function memberOf(row: Row, key: string): Row {
  const value = row[key];
  return isRow(value) ? value : {};
}

export function rowsOf(row: Row, key: string): readonly Row[] {
  const value = row[key];
  return Array.isArray(value) ? value.filter(isRow) : [];
}
