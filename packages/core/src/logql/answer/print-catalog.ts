// The bodies of Loki's catalogue endpoints: lists and figures in, JSON shapes out, with the holes Loki leaves where there is nothing.
import type { Labels } from '../pipeline/entry.ts';

/** labels and label values: no `data` at all when the list is empty. */
export function printNames(names: readonly string[]) {
  return names.length === 0 ? { status: 'success' as const } : { status: 'success' as const, data: names };
}

/** series and patterns: an empty list stays one. */
export function printList<T extends Labels | object>(items: readonly T[]) {
  return { status: 'success' as const, data: items };
}

/** detected_labels has no envelope, and nothing in it when there is nothing. */
export function printDetectedLabels(
  detectedLabels: readonly { readonly label: string; readonly cardinality: number }[],
) {
  return detectedLabels.length === 0 ? {} : { detectedLabels };
}
