// The fields that lines hold beside their stream labels: lines of an answer in; names with type, parsers and number of values out.

import type { StreamRow } from '../answer/index.ts';
import { compareTexts } from '../metric/index.ts';
import type { CompiledPipeline, Labels } from '../pipeline/entry.ts';
import { compilePipeline } from '../pipeline/index.ts';
import { detectFieldType, type FieldType } from './field-type.ts';
import { findJsonPaths } from './json-paths.ts';

export interface DetectedField {
  readonly label: string;
  readonly type: FieldType;
  readonly cardinality: number;
  /** What reads it out of the line; `null` for structured metadata, which needs no reading. */
  readonly parsers: readonly string[] | null;
  /** Of fields that `| json` gives. */
  readonly jsonPath?: readonly string[];
}

interface Field {
  type: FieldType;
  readonly values: Set<string>;
  readonly parsers: Set<string>;
  jsonPath: readonly string[] | undefined;
}

const NOWHERE = { start: 0, end: 0 };

/** Rows from the newest to the oldest, as many as the caller will have looked at. Ordered by name, the first `limit` of them. */
export function detectFields(rows: Iterable<StreamRow>, limit: number): readonly DetectedField[] {
  const fields = collectFields(rows);
  return [...fields]
    .sort(([left], [right]) => compareTexts(left, right))
    .slice(0, limit)
    .map(([label, { type, values, parsers, jsonPath }]) => ({
      label,
      type,
      cardinality: values.size,
      parsers: parsers.size === 0 ? null : [...parsers].sort(),
      ...(jsonPath === undefined ? {} : { jsonPath }),
    }));
}

export function detectFieldValues(rows: Iterable<StreamRow>, name: string, limit: number): readonly string[] {
  const values = collectFields(rows).get(name)?.values ?? [];
  return [...values].sort(compareTexts).slice(0, limit);
}

function collectFields(rows: Iterable<StreamRow>): Map<string, Field> {
  const fields = new Map<string, Field>();
  const parse = createLineParser();
  for (const row of rows) {
    addFields(fields, row.metadata);
    const { labels, parser } = parse(row);
    // What the query's own stages made counts with what would read the line.
    addFields(fields, row.parsed, parser);
    if (parser === undefined) continue;
    addFields(fields, labels, parser);
    if (parser === 'json') addPaths(fields, row, labels);
  }
  return fields;
}

/** The oldest value that was looked at decides on the type. */
function addFields(fields: Map<string, Field>, labels: Labels, parser?: string): void {
  for (const [name, value] of Object.entries(labels)) {
    if (name.startsWith('__error')) continue;
    const type = detectFieldType(value);
    const field = fields.get(name);
    if (field === undefined) {
      const parsers = new Set(parser === undefined ? [] : [parser]);
      fields.set(name, { type, values: new Set([value]), parsers, jsonPath: undefined });
      continue;
    }
    field.type = type;
    field.values.add(value);
    if (parser !== undefined) field.parsers.add(parser);
  }
}

function addPaths(fields: Map<string, Field>, row: StreamRow, labels: Labels): void {
  const lacking = Object.keys(labels).filter((name) => fields.get(name)?.jsonPath === undefined);
  if (lacking.length === 0) return;
  const paths = findJsonPaths(row.line);
  for (const name of lacking) {
    const field = fields.get(name);
    const path = paths.get(name) ?? paths.get(name.replace(/_extracted$/, ''));
    if (field !== undefined && path !== undefined) field.jsonPath = path;
  }
}

/** JSON if the line is, else logfmt, which reads something into most lines. */
function createLineParser(): (row: StreamRow) => { readonly labels: Labels; readonly parser?: 'json' | 'logfmt' } {
  const json = compilePipeline([{ kind: 'json', span: NOWHERE, extractions: [] }]);
  const logfmt = compilePipeline([{ kind: 'logfmt', span: NOWHERE, strict: false, keepEmpty: false, extractions: [] }]);
  return (row) => {
    for (const [parser, pipeline] of [['json', json] as const, ['logfmt', logfmt] as const]) {
      const result = runOn(pipeline, row);
      if (result !== undefined && result.error === '') return { labels: result.parsed, parser };
    }
    return { labels: {} };
  };
}

function runOn(pipeline: CompiledPipeline, row: StreamRow) {
  if (!pipeline.ok) return undefined;
  return pipeline.run({ timeNanos: row.timeNanos, labels: row.stream, metadata: row.metadata, line: row.line });
}
