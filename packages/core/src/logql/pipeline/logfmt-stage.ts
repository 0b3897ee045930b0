// `| logfmt`: pairs of the line in, labels out; all of them, or those that extractions name.
import type { LogfmtParser } from '../syntax/ast.ts';
import { sanitizeLabelName } from './label-name.ts';
import { EXTRACTED, getLabel, isTaken, type LabelState, type StageRun, setError, setLabel } from './label-state.ts';
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
  const byPath = new Map<string, string[]>();
  for (const { label, path } of stage.extractions) byPath.set(path, [...(byPath.get(path) ?? []), label]);
  return (state) => {
    if (hints.none) return true;
    const scan = startLogfmt(state.line);
    while (scan.at < scan.line.length) {
      if (!nextPair(scan)) {
        if (stage.strict && scan.error !== '') {
          setError(state, LOGFMT_ERROR, scan.error);
          return true;
        }
        continue;
      }
      for (const label of byPath.get(names(scan.key)) ?? []) keepExtraction(state, label, readValue(scan));
    }
    for (const { label } of stage.extractions)
      if (getLabel(state, label) === undefined) setLabel(state, 'parsed', label, '');
    return true;
  };
}

function keepExtraction(state: LabelState, label: string, value: string): void {
  const name = isTaken(state, label) ? label + EXTRACTED : label;
  if (state.extracted.has(name)) return;
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
