// One entry on its way through the stages: its line and labels so far, by origin; stages read and change it in place.
import type { Entry, Labels, PipelineResult } from './entry.ts';
import { sanitizeLabelName } from './label-name.ts';

export type LabelOrigin = 'stream' | 'metadata' | 'parsed';

export const ERROR_LABEL = '__error__';
/** Ends the name of what would hide a label of the stream. */
export const EXTRACTED = '_extracted';
export const ERROR_DETAILS_LABEL = '__error_details__';

export interface LabelState {
  readonly entry: Entry;
  line: string;
  error: string;
  errorDetails: string;
  value: number;
  readonly parsed: Map<string, string>;
  /** Copies of what the entry brought, made at the first change. */
  stream: Map<string, string> | undefined;
  metadata: Map<string, string> | undefined;
  /** Names that parsers have set: of a name that occurs twice the first counts, whatever parser finds the second. */
  readonly extracted: Set<string>;
}

/** Does a stage's work; false ends the entry. */
export type StageRun = (state: LabelState) => boolean;

const NO_LABELS: Labels = {};

export function startState(entry: Entry): LabelState {
  const state: LabelState = {
    entry,
    line: entry.line,
    error: '',
    errorDetails: '',
    value: Number.NaN,
    parsed: new Map(),
    stream: undefined,
    metadata: undefined,
    extracted: new Set(),
  };
  for (const name in entry.metadata) {
    const shown = showMetadataName(entry, name);
    if (shown === name) continue;
    const metadata = editable(state, 'metadata');
    metadata.set(shown, metadata.get(name) ?? '');
    metadata.delete(name);
  }
  return state;
}

/** Metadata gives way to the labels of its stream, and its names (`k8s.pod`) become label names. */
function showMetadataName({ labels }: Entry, name: string): string {
  const plain = sanitizeLabelName(name);
  return Object.hasOwn(labels, plain) ? plain + EXTRACTED : plain;
}

/** A label's value; error labels are not asked for here. */
export function getLabel(state: LabelState, name: string): string | undefined {
  return state.parsed.get(name) ?? originGet(state, 'metadata', name) ?? originGet(state, 'stream', name);
}

export function originOf(state: LabelState, name: string): LabelOrigin | undefined {
  if (state.parsed.has(name)) return 'parsed';
  if (originGet(state, 'metadata', name) !== undefined) return 'metadata';
  return originGet(state, 'stream', name) === undefined ? undefined : 'stream';
}

/** Whether a parser must call its find `…_extracted`. */
export function isTaken(state: LabelState, name: string): boolean {
  return Object.hasOwn(state.entry.labels, name) || originGet(state, 'metadata', name) !== undefined;
}

/** What was parsed hides metadata, and metadata hides the stream's labels: a name lives in one place. */
export function setLabel(state: LabelState, origin: LabelOrigin, name: string, value: string): void {
  if (origin === 'parsed') {
    removeFrom(state, 'metadata', name);
    removeFrom(state, 'stream', name);
    state.parsed.set(name, value);
    return;
  }
  if (origin === 'metadata') removeFrom(state, 'stream', name);
  else if (originGet(state, 'metadata', name) !== undefined) return;
  if (state.parsed.has(name)) return;
  editable(state, origin).set(name, value);
}

export function deleteLabel(state: LabelState, name: string): void {
  state.parsed.delete(name);
  removeFrom(state, 'metadata', name);
  removeFrom(state, 'stream', name);
}

/** All labels but the errors, the origins one after another. */
export function* eachLabel(state: LabelState): Generator<readonly [string, string]> {
  yield* state.stream ?? Object.entries(state.entry.labels);
  yield* state.metadata ?? Object.entries(state.entry.metadata);
  yield* state.parsed;
}

/** What a stage found wrong; details only when it has any. */
export function setError(state: LabelState, error: string, details: string): void {
  state.error = error;
  if (details !== '') state.errorDetails = details;
}

export function finishState(state: LabelState, errorWanted: boolean): PipelineResult {
  return {
    line: state.line,
    stream: state.stream === undefined ? state.entry.labels : toLabels(state.stream),
    metadata: state.metadata === undefined ? state.entry.metadata : toLabels(state.metadata),
    parsed: state.parsed.size === 0 ? NO_LABELS : toLabels(state.parsed),
    error: state.error,
    errorDetails: shownDetails(state),
    errorWanted,
    value: state.value,
  };
}

/** Details without an error (`| drop __error__`) show only on entries whose labels changed: Loki hands out the others as they came. */
export function shownDetails(state: LabelState): string {
  const changed =
    state.error !== '' || state.parsed.size > 0 || state.stream !== undefined || state.metadata !== undefined;
  return changed || !isEmpty(state.entry.metadata) ? state.errorDetails : '';
}

function isEmpty(labels: Labels): boolean {
  for (const _ in labels) return false;
  return true;
}

export function toLabels(entries: Iterable<readonly [string, string]>): Labels {
  const labels: Record<string, string> = {};
  for (const [name, value] of entries) putLabel(labels, name, value);
  return labels;
}

/** `__proto__` is a fine label name, but not one that may be assigned. */
export function putLabel(labels: Record<string, string>, name: string, value: string): void {
  if (name === '__proto__') {
    Object.defineProperty(labels, name, { value, enumerable: true, configurable: true, writable: true });
  } else labels[name] = value;
}

function originGet(state: LabelState, origin: 'stream' | 'metadata', name: string): string | undefined {
  const edited = state[origin];
  if (edited !== undefined) return edited.get(name);
  const kept = origin === 'stream' ? state.entry.labels : state.entry.metadata;
  return Object.hasOwn(kept, name) ? kept[name] : undefined;
}

function removeFrom(state: LabelState, origin: 'stream' | 'metadata', name: string): void {
  if (originGet(state, origin, name) !== undefined) editable(state, origin).delete(name);
}

function editable(state: LabelState, origin: 'stream' | 'metadata'): Map<string, string> {
  const edited =
    state[origin] ?? new Map(Object.entries(origin === 'stream' ? state.entry.labels : state.entry.metadata));
  state[origin] = edited;
  return edited;
}
