// What parsers of one query need to find: the labels somebody reads. They skip the rest, stop early, and so meet fewer faults, as Loki's do.
import type { WantedLabels } from './entry.ts';
import { ERROR_LABEL, EXTRACTED, isTaken, type LabelState, setLabel } from './label-state.ts';

export interface ParserHints {
  /** Nobody reads any label: parsers have nothing to do. */
  readonly none: boolean;
  /** Undefined means all. */
  readonly required: ReadonlySet<string> | undefined;
  readonly errorWanted: boolean;
}

/** `used`: the labels that the query's own stages read. */
export function chooseHints(wanted: WantedLabels | undefined, used: readonly string[]): ParserHints {
  if (wanted === undefined) return { none: false, required: undefined, errorWanted: false };
  // Who keeps all labels has not asked for this one.
  if (wanted.kind === 'all') return { none: false, required: undefined, errorWanted: false };
  const errorWanted = used.includes(ERROR_LABEL) || wanted.names.includes(ERROR_LABEL);
  const required = new Set<string>();
  for (const name of [...used, ...wanted.names]) {
    required.add(name);
    if (name.endsWith(EXTRACTED)) required.add(name.slice(0, -EXTRACTED.length));
  }
  return { none: required.size === 0, required: required.size === 0 ? undefined : required, errorWanted };
}

/** The name a parser's find gets, or undefined when it is not wanted or was found before. */
export function chooseName(state: LabelState, hints: ParserHints, name: string): string | undefined {
  // `a_extracted` is wanted only together with `a`.
  if (hints.required !== undefined && !hints.required.has(name)) return undefined;
  const chosen = isTaken(state, name) ? name + EXTRACTED : name;
  if (state.extracted.has(chosen)) return undefined;
  return hints.required === undefined || hints.required.has(chosen) ? chosen : undefined;
}

/** Keeps a find; true when everything that is wanted has been found. */
export function keepFind(state: LabelState, hints: ParserHints, name: string, value: string): boolean {
  // A plain name has just been found to be nobody else's, unless a stage gave it to a label of the stream.
  if (name.endsWith(EXTRACTED) || state.stream !== undefined) setLabel(state, 'parsed', name, value);
  else state.parsed.set(name, value);
  state.extracted.add(name);
  return hasAll(state.extracted, hints.required);
}

function hasAll(found: ReadonlySet<string>, required: ReadonlySet<string> | undefined): boolean {
  if (required === undefined || found.size < required.size) return false;
  for (const name of required) if (!found.has(name)) return false;
  return true;
}
