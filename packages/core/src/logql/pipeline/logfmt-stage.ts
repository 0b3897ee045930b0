// `| logfmt`: pairs of the line in, labels out; all of them, or those that extractions name.
import type { LogfmtParser } from '../syntax/ast.ts';
import { parseLogfmtKey } from '../syntax/checks/logfmt-key.ts';
import { sanitizeLabelName } from './label-name.ts';
import { EXTRACTED, isTaken, type LabelState, type StageRun, setError, setLabel } from './label-state.ts';
import { type LogfmtScan, nextPair, startLogfmt } from './logfmt-scan.ts';
import { chooseName, keepFind, type ParserHints } from './parser-hints.ts';

const LOGFMT_ERROR = 'LogfmtParserErr';

export function compileLogfmt(stage: LogfmtParser, hints: ParserHints): StageRun {
  const names = createNameCache();
  if (stage.extractions.length > 0) return compileExtractions(stage, names, hints);
  return (state) => {
    if (hints.none) return true;
    const scan = startLogfmt(state.line);
    while (scan.at < scan.line.length) {
      if (!nextPair(scan)) {
        if (stage.strict && scan.error !== '') break;
        continue;
      }
      const key = names(scan.key);
      const name = key === '' ? undefined : chooseName(state, hints, key);
      const value = readValue(scan);
      if (name === undefined || (value === '' && !stage.keepEmpty)) continue;
      if (keepFind(state, hints, name, value)) return true;
    }
    if (stage.strict && scan.error !== '') setError(state, LOGFMT_ERROR, scan.error);
    return true;
  };
}

function compileExtractions(stage: LogfmtParser, names: (key: string) => string, hints: ParserHints): StageRun {
  // Of a label that is asked for twice the last key counts.
  const keys = new Map(stage.extractions.map(({ label, path }) => [label, readKey(path)]));
  const labelsOf = new Map<string, string[]>();
  for (const [label, key] of keys) labelsOf.set(key, [...(labelsOf.get(key) ?? []), label]);
  return (state) => {
    if (hints.none) return true;
    for (const label of keys.keys()) if (!isTaken(state, label)) keepExtraction(state, label, '');
    const scan = startLogfmt(state.line);
    while (scan.at < scan.line.length) {
      if (!nextPair(scan)) {
        if (!stage.strict || scan.error === '') continue;
        setError(state, LOGFMT_ERROR, scan.error);
        return true;
      }
      const key = names(scan.key);
      // A key of the line that is the name of an extraction counts as well, and of all that fits the last stays.
      for (const label of labelsOf.get(key) ?? (keys.has(key) ? [key] : []))
        keepExtraction(state, label, scan.value.includes('\ufffd') ? '' : scan.value);
    }
    return true;
  };
}

function readKey(path: string): string {
  const parsed = parseLogfmtKey(path);
  // The parser of queries has refused what is none.
  return parsed.ok ? parsed.key : path;
}

function keepExtraction(state: LabelState, label: string, value: string): void {
  const name = isTaken(state, label) ? label + EXTRACTED : label;
  setLabel(state, 'parsed', name, value);
  state.extracted.add(name);
}

function readValue(scan: LogfmtScan): string {
  return scan.value.includes('\ufffd') ? scan.value.replaceAll('\ufffd', ' ') : scan.value;
}

const MAX_REMEMBERED = 1_000;

function createNameCache(): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const name = sanitizeLabelName(key);
    if (known.size < MAX_REMEMBERED) known.set(key, name);
    return name;
  };
}
