// Typed reading of value nodes as the server's JSON decoder does it: into what is already there, mismatches and unknown keys collected.
import type { PlacedProblem } from './policy-problem.ts';
import { describeNode, printPath, type ValueNode } from './value-node.ts';

export type Path = readonly (string | number)[];

export interface StrictFinding {
  readonly kind: 'unknown-field' | 'duplicate-key';
  readonly path: string;
  readonly key: string;
  readonly at: number;
}

/** What one decoding met. Mismatches refuse the policy; strict findings only make the server decode leniently. */
export interface DecodeState {
  readonly mismatches: PlacedProblem[];
  readonly strict: StrictFinding[];
  readonly seen: Set<string>;
}

/** The server keeps at most this many strict findings, each once. */
const MAX_STRICT_FINDINGS = 100;

export function newDecodeState(): DecodeState {
  return { mismatches: [], strict: [], seen: new Set() };
}

export function addStrict(state: DecodeState, finding: StrictFinding): void {
  const identity = `${finding.kind} ${finding.path}`;
  if (state.strict.length >= MAX_STRICT_FINDINGS || state.seen.has(identity)) return;
  state.seen.add(identity);
  state.strict.push(finding);
}

/** More mismatches than this say nothing new. */
const MAX_MISMATCHES = 1_000;

export function addMismatch(state: DecodeState, node: ValueNode, path: Path, expected: string): void {
  if (state.mismatches.length >= MAX_MISMATCHES) return;
  const quote = node.kind === 'bool' || node.kind === 'number' ? ' Quote it to make it a text.' : '';
  state.mismatches.push({
    code: 'KW_POLICY_TYPE',
    path: printPath(path),
    at: node.at,
    sentence: `${printPath(path) || 'the policy'} must be ${expected}, but here stands ${describeNode(node)}.`,
    wayOut: expected === 'a text' && quote !== '' ? quote.trim() : `Write ${expected} here.`,
  });
}

export function readText(state: DecodeState, node: ValueNode, path: Path, held: string): string {
  if (node.kind === 'string') return node.value;
  if (node.kind !== 'null') addMismatch(state, node, path, 'a text');
  return held;
}

export function readFlag(state: DecodeState, node: ValueNode, path: Path, held: boolean): boolean {
  if (node.kind === 'bool') return node.value;
  if (node.kind !== 'null') addMismatch(state, node, path, 'true or false');
  return held;
}

/**
 * A list as the server's decoder holds it. When a key stands twice in JSON, the later list is decoded over the elements of the
 * earlier one, so fields that the later element lacks keep their earlier value; `backing` is that memory.
 */
export interface HeldList<T> {
  readonly backing: T[];
  length: number;
}

export function newHeldList<T>(): HeldList<T> {
  return { backing: [], length: 0 };
}

export function readList<T>(
  state: DecodeState,
  node: ValueNode,
  path: Path,
  held: HeldList<T>,
  zero: () => T,
  read: (item: ValueNode, path: Path, held: T) => T,
): HeldList<T> {
  if (node.kind === 'null') return newHeldList();
  if (node.kind !== 'list') {
    addMismatch(state, node, path, 'a list');
    return held;
  }
  if (node.items.length === 0) return newHeldList();
  node.items.forEach((item, index) => {
    held.backing[index] = read(item, [...path, index], held.backing[index] ?? zero());
  });
  held.length = node.items.length;
  return held;
}

export function readTexts(state: DecodeState, node: ValueNode, path: Path, held: HeldList<string>): HeldList<string> {
  return readList(
    state,
    node,
    path,
    held,
    () => '',
    (item, itemPath, text) => readText(state, item, itemPath, text),
  );
}

export type FieldReaders = Readonly<Record<string, (node: ValueNode, path: Path) => void>>;

/** Reads a mapping field by field; `null` leaves everything as it was, other kinds are a mismatch. */
export function readFields(state: DecodeState, node: ValueNode, path: Path, readers: FieldReaders): void {
  if (node.kind === 'null') return;
  if (node.kind !== 'map') {
    addMismatch(state, node, path, 'a mapping');
    return;
  }
  const met = new Set<string>();
  for (const entry of node.entries) {
    const entryPath = [...path, entry.key];
    const read = Object.hasOwn(readers, entry.key) ? readers[entry.key] : undefined;
    if (read === undefined) {
      addStrict(state, { kind: 'unknown-field', path: printPath(entryPath), key: entry.key, at: entry.keyAt });
      continue;
    }
    if (met.has(entry.key))
      addStrict(state, { kind: 'duplicate-key', path: printPath(entryPath), key: entry.key, at: entry.keyAt });
    met.add(entry.key);
    read(entry.value, entryPath);
  }
}
