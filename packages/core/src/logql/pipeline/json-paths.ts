// `| json a="b.c[0]"`: paths into the line's JSON in, one label per path out, also for what is not there.
import type { Extraction } from '../syntax/ast.ts';
import { parseJsonPath } from '../syntax/checks/json-path.ts';
import { type BlockEnds, type JsonSpan, readValue, skipSpace, walkJson } from './json-scan.ts';
import { JSON_ERROR } from './json-stage.ts';
import { readJsonString } from './json-string.ts';
import { EXTRACTED, getLabel, isTaken, type LabelState, type StageRun, setError, setLabel } from './label-state.ts';
import type { ParserHints } from './parser-hints.ts';

/** What is wanted below one place of the JSON. */
interface WantedNode {
  readonly labels: string[];
  /** Keys are strings, places in arrays are numbers. */
  readonly steps: Map<string | number, WantedNode>;
}

export type JsonPathCompilation =
  | { readonly ok: true; readonly run: StageRun }
  | { readonly ok: false; readonly message: string };

export function compileJsonPaths(extractions: readonly Extraction[], hints: ParserHints): JsonPathCompilation {
  const root: WantedNode = { labels: [], steps: new Map() };
  for (const { label, path } of extractions) {
    const parsed = parseJsonPath(path);
    if (!parsed.ok) return { ok: false, message: parsed.problem };
    let node = root;
    for (const step of parsed.path) {
      const next = node.steps.get(step) ?? { labels: [], steps: new Map() };
      node.steps.set(step, next);
      node = next;
    }
    node.labels.push(label);
  }
  const labels = extractions.map((one) => one.label);
  return { ok: true, run: (state) => runPaths(state, root, labels, hints) };
}

function runPaths(state: LabelState, root: WantedNode, labels: readonly string[], hints: ParserHints): boolean {
  const { line } = state;
  if (line === '' || hints.none) return true;
  if (line[0] !== '{' && line[0] !== '[' && line[0] !== '"') {
    setError(state, JSON_ERROR, '');
    return true;
  }
  const seen = new Set<WantedNode>();
  if (line[0] === '{') findInObject(state, line, root, seen);
  else if (line[0] === '[') findInArray(state, line, root, seen);
  // A label per path, so that lines differ in values only.
  for (const label of labels) if (getLabel(state, label) === undefined) setLabel(state, 'parsed', label, '');
  return true;
}

function findInObject(state: LabelState, text: string, node: WantedNode, seen: Set<WantedNode>): void {
  const path: (WantedNode | undefined)[] = [node];
  walkJson(text, (key, span, depth) => {
    const next = path[depth]?.steps.get(key);
    if (next === undefined) return 'next';
    keep(state, text, span, next, seen);
    if (next.steps.size === 0) return 'next';
    if (span.kind === 'array') findInArray(state, text.slice(span.from, span.to), next, seen);
    path[depth + 1] = next;
    return 'descend';
  });
}

function findInArray(state: LabelState, text: string, node: WantedNode, seen: Set<WantedNode>): void {
  const blocks: BlockEnds = new Map();
  const span: JsonSpan = { kind: 'null', from: 0, to: 0, end: 0 };
  let at = 1;
  for (let index = 0; ; index += 1) {
    if (readValue(text, at, text.length, span, blocks) !== undefined) return;
    const next = node.steps.get(index);
    if (next !== undefined) {
      keep(state, text, span, next, seen);
      const inner = text.slice(span.from, span.to);
      if (next.steps.size > 0 && span.kind === 'object') findInObject(state, inner, next, seen);
      if (next.steps.size > 0 && span.kind === 'array') findInArray(state, inner, next, seen);
    }
    at = skipSpace(text, span.end, text.length);
    if (at === -1 || text[at] !== ',') return;
    at += 1;
  }
}

/** Objects are kept as they are written; in the text of an array escapes are resolved, as if it were one string. */
function readKept(text: string, { kind, from, to }: JsonSpan): string {
  if (kind === 'null') return '';
  return kind === 'object' ? text.slice(from, to) : readJsonString(text, from, to);
}

/** The first value at a place counts. */
function keep(state: LabelState, text: string, span: JsonSpan, node: WantedNode, seen: Set<WantedNode>): void {
  if (node.labels.length === 0 || seen.has(node)) return;
  seen.add(node);
  const value = readKept(text, span);
  for (const label of node.labels) {
    const name = isTaken(state, label) ? label + EXTRACTED : label;
    setLabel(state, 'parsed', name, value);
    state.extracted.add(name);
  }
}
