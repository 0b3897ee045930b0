// What the streams of a store are called: label sets in; names, values or distinct sets out.
import { compareLabels, compareTexts, readLabel } from '../metric/index.ts';
import type { Labels } from '../pipeline/entry.ts';

export function listLabelNames(streams: Iterable<Labels>): readonly string[] {
  const names = new Set<string>();
  for (const labels of streams) for (const name of Object.keys(labels)) names.add(name);
  return [...names].sort(compareTexts);
}

export function listLabelValues(streams: Iterable<Labels>, name: string): readonly string[] {
  const values = new Set<string>();
  for (const labels of streams) values.add(readLabel(labels, name));
  values.delete('');
  return [...values].sort(compareTexts);
}

/** Each stream once, ordered by labels. */
export function listStreams(streams: Iterable<Labels>): readonly Labels[] {
  const distinct = new Map<string, Labels>();
  const seen = new Set<Labels>();
  for (const labels of streams) {
    if (seen.has(labels)) continue;
    seen.add(labels);
    const sorted = Object.entries(labels).sort(([left], [right]) => compareTexts(left, right));
    distinct.set(JSON.stringify(sorted), Object.fromEntries(sorted));
  }
  return [...distinct.values()].sort(compareLabels);
}

export interface DetectedLabel {
  readonly label: string;
  readonly cardinality: number;
}

/** Worth offering whatever their values look like. */
const ALWAYS_OFFERED: ReadonlySet<string> = new Set(['cluster', 'namespace', 'instance', 'pod']);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Labels a person would filter by: those whose values are all numbers or UUIDs are left out. */
export function detectLabels(streams: Iterable<Labels>): readonly DetectedLabel[] {
  const distinct = listStreams(streams);
  return listLabelNames(distinct)
    .map((label) => ({ label, values: listLabelValues(distinct, label) }))
    .filter(({ label, values }) => ALWAYS_OFFERED.has(label) || !values.every(isIdentifier))
    .map(({ label, values }) => ({ label, cardinality: values.length }));
}

function isIdentifier(value: string): boolean {
  return UUID.test(value) || (value.trim() === value && value !== '' && Number.isFinite(Number(value)));
}
