// `| json` and `| unpack`: all members of the line's JSON object in, labels out; arrays and nulls are passed over.

import { walkJson } from './json-scan.ts';
import { readJsonString } from './json-string.ts';
import { createKeyTree, type KeyNode, sanitizeLabelName } from './label-name.ts';
import { type StageRun, setError } from './label-state.ts';
import { chooseName, keepFind, type ParserHints } from './parser-hints.ts';

export const JSON_ERROR = 'JSONParserErr';
const NOT_PACKED = 'expecting json object(6), but it is not';

export function compileJson(hints: ParserHints): StageRun {
  const tree = createKeyTree();
  const path: KeyNode[] = [tree];
  return (state) => {
    if (hints.none) return true;
    const { line } = state;
    const problem = walkJson(line, (key, span, depth) => {
      const node = (path[depth] ?? tree).child(key);
      if (span.kind === 'object') {
        path[depth + 1] = node;
        return 'descend';
      }
      if (span.kind === 'array' || span.kind === 'null' || node.name === '') return 'next';
      const name = chooseName(state, hints, node.name);
      if (name === undefined) return 'next';
      const value = span.kind === 'string' ? readJsonString(line, span.from, span.to) : line.slice(span.from, span.to);
      return keepFind(state, hints, name, value) ? 'stop' : 'next';
    });
    if (problem !== undefined) setError(state, JSON_ERROR, problem);
    return true;
  };
}

/** Labels count only when the line was packed, which `_entry` shows; it becomes the line. */
export function compileUnpack(hints: ParserHints): StageRun {
  return (state) => {
    const { line } = state;
    if (line === '' || hints.none) return true;
    if (line[0] !== '{') {
      setError(state, JSON_ERROR, NOT_PACKED);
      return true;
    }
    let packed: string | undefined;
    const found: [string, string][] = [];
    const problem = walkJson(line, (key, span) => {
      if (span.kind !== 'string') return 'next';
      const value = readJsonString(line, span.from, span.to);
      if (key === '_entry') packed = value;
      else found.push([sanitizeLabelName(key), value]);
      return 'next';
    });
    if (problem !== undefined) {
      setError(state, JSON_ERROR, problem);
      return true;
    }
    if (packed === undefined) return true;
    for (const [key, value] of found) {
      const name = key === '' ? undefined : chooseName(state, hints, key);
      if (name !== undefined) keepFind(state, hints, name, value);
    }
    state.line = packed;
    return true;
  };
}
