// The words of -o.

export const RECORD_FORMATS = ['table', 'wide', 'json', 'ndjson', 'yaml', 'csv', 'name'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** Answers that are one report, not a list. */
export const REPORT_FORMATS = ['table', 'json', 'yaml'] as const;

/** Formats that print the exact line; the others print columns. */
export function printsLines(format: RecordFormat): boolean {
  return format === 'json' || format === 'ndjson' || format === 'yaml';
}
