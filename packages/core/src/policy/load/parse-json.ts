// JSON text -> value nodes with their places, duplicates kept: a server reads a policy that starts with `{` as JSON only.
import type { PlacedProblem } from './policy-problem.ts';
import type { MapEntry, ValueNode } from './value-node.ts';

export type ParsedNode =
  | { readonly ok: true; readonly root: ValueNode; readonly duplicates: readonly DuplicateKey[] }
  | { readonly ok: false; readonly problem: PlacedProblem };

/** A key that YAML's strict reading met twice; `at` is where the later value stands. */
export interface DuplicateKey {
  readonly key: string;
  readonly at: number;
  readonly keyAt: number;
}

/** The server's own limit of nesting in JSON. */
const MAX_DEPTH = 10_000;
/** Ours: the schema has five levels, and a deeper walk could exhaust the stack of a browser. */
const MAX_WALK = 1_000;

const HALF_PAIR = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

class JsonFault extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export function parseJson(text: string): ParsedNode {
  const reader = { text, at: 0 };
  try {
    const root = readValue(reader, 0);
    skipSpace(reader);
    if (reader.at < text.length) throw new JsonFault('there is text after the end of the JSON value', reader.at);
    return { ok: true, root, duplicates: [] };
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    const deep = fault.message === 'deep';
    return {
      ok: false,
      problem: {
        code: deep ? 'KW_POLICY_TOO_DEEP' : 'KW_POLICY_SYNTAX',
        path: '',
        at: fault.at,
        sentence: deep
          ? `the JSON is nested more than ${MAX_WALK} levels deep.`
          : `this is not valid JSON: ${fault.message}.`,
        wayOut: deep
          ? 'A policy needs five levels; check that this is the policy file.'
          : 'A text that starts with "{" is read as strict JSON, never as YAML; correct it here or write it as block YAML.',
      },
    };
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

function skipSpace(reader: Reader): void {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    reader.at++;
  }
}

function readValue(reader: Reader, depth: number): ValueNode {
  if (depth > MAX_WALK || depth > MAX_DEPTH) throw new JsonFault('deep', reader.at);
  skipSpace(reader);
  const at = reader.at;
  const first = reader.text[at];
  if (first === '{') return readMap(reader, depth);
  if (first === '[') return readList(reader, depth);
  if (first === '"') return { kind: 'string', at, value: readString(reader) };
  for (const word of ['true', 'false', 'null'] as const) {
    if (!reader.text.startsWith(word, at)) continue;
    reader.at += word.length;
    return word === 'null' ? { kind: 'null', at } : { kind: 'bool', at, value: word === 'true' };
  }
  const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
  number.lastIndex = at;
  const match = number.exec(reader.text);
  if (match === null)
    throw new JsonFault(
      first === undefined ? 'it ends in the middle' : `a value cannot start with ${JSON.stringify(first)}`,
      at,
    );
  reader.at += match[0].length;
  return { kind: 'number', at, text: match[0] };
}

function readMap(reader: Reader, depth: number): ValueNode {
  const at = reader.at++;
  const entries: MapEntry[] = [];
  skipSpace(reader);
  if (reader.text[reader.at] === '}') {
    reader.at++;
    return { kind: 'map', at, entries };
  }
  for (;;) {
    skipSpace(reader);
    const keyAt = reader.at;
    if (reader.text[keyAt] !== '"') throw new JsonFault('a key must be a text in double quotes', keyAt);
    const key = readString(reader);
    skipSpace(reader);
    if (reader.text[reader.at] !== ':') throw new JsonFault('a key must be followed by ":"', reader.at);
    reader.at++;
    entries.push({ key, keyAt, value: readValue(reader, depth + 1) });
    skipSpace(reader);
    const next = reader.text[reader.at];
    if (next !== ',' && next !== '}') throw new JsonFault('expected "," or "}"', reader.at);
    reader.at++;
    if (next === '}') return { kind: 'map', at, entries };
  }
}

function readList(reader: Reader, depth: number): ValueNode {
  const at = reader.at++;
  const items: ValueNode[] = [];
  skipSpace(reader);
  if (reader.text[reader.at] === ']') {
    reader.at++;
    return { kind: 'list', at, items };
  }
  for (;;) {
    items.push(readValue(reader, depth + 1));
    skipSpace(reader);
    const next = reader.text[reader.at];
    if (next !== ',' && next !== ']') throw new JsonFault('expected "," or "]"', reader.at);
    reader.at++;
    if (next === ']') return { kind: 'list', at, items };
  }
}

function readString(reader: Reader): string {
  const start = reader.at;
  let at = start + 1;
  for (;;) {
    const code = reader.text.charCodeAt(at);
    if (Number.isNaN(code)) throw new JsonFault('a text is not closed', start);
    if (code < 0x20) throw new JsonFault('a text holds a line break or a control character', at);
    if (code === 0x22) break;
    at += code === 0x5c ? 2 : 1;
  }
  reader.at = at + 1;
  try {
    // Half of a pair, written as an escape, becomes the replacement character.
    return String(JSON.parse(reader.text.slice(start, at + 1))).replace(HALF_PAIR, '\ufffd');
  } catch {
    // The only thing left that can be wrong is an escape; the words of the engine differ between runtimes.
    throw new JsonFault('a text holds an unknown escape', start);
  }
}
