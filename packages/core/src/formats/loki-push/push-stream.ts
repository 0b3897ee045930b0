// What a pusher sends, whatever the encoding: streams of entries, each with its labels. The codecs of this room make it.

export interface PushEntry {
  /** Nanoseconds since 1970. */
  readonly timeNanos: bigint;
  readonly line: string;
  /** Structured metadata, in the order sent; names are unique, the last of a name wins. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PushStream {
  /** Sorted by name, no empty values: as Loki shows and compares them. May be empty, which Loki then refuses. */
  readonly labels: Readonly<Record<string, string>>;
  readonly entries: readonly PushEntry[];
}

export type ParsedPush =
  /** `problems`: a sentence for each stream whose labels cannot be read; the others are good all the same, and Loki keeps them. */
  | { readonly ok: true; readonly streams: readonly PushStream[]; readonly problems: readonly string[] }
  /** Nothing can be taken; the sentence as Loki says it. */
  | { readonly ok: false; readonly problem: string };

export const NO_METADATA: Readonly<Record<string, string>> = {};

/** A map that has no prototype to stumble over: a label may be called `__proto__`. */
export function createLabelMap(pairs: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  const map: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) map[name] = value;
  return map;
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sorts, and drops labels without a value: for Loki they are not there. */
export function createStreamLabels(pairs: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  return createLabelMap([...pairs].filter(([, value]) => value !== '').sort(byName));
}
