// A line of `key=value` pairs, one pair at a time; what is no pair is skipped and remembered as an error.
import { byteLength, goQuote } from '../../template/index.ts';
import { unescapeJson } from './json-string.ts';

export interface LogfmtScan {
  readonly line: string;
  at: number;
  key: string;
  value: string;
  /** The first thing that was wrong, '' so far. */
  error: string;
}

export function startLogfmt(line: string): LogfmtScan {
  return { line, at: 0, key: '', value: '', error: '' };
}

/** Moves on to the next pair: false when there was none, either at the end or because of an error, which is skipped. */
export function nextPair(scan: LogfmtScan): boolean {
  const { line } = scan;
  while (scan.at < line.length && line.charCodeAt(scan.at) <= 0x20) scan.at += 1;
  if (scan.at >= line.length) return false;
  const start = scan.at;
  let end = start;
  // A key ends at white space, `=` or a quote that does not belong there.
  while (end < line.length && !endsWord(line.charCodeAt(end))) end += 1;
  scan.at = end;
  scan.key = line.slice(start, end);
  scan.value = '';
  const stop = line[end];
  if (stop === '"' || (stop === '=' && end === start)) return skipUnexpected(scan, stop);
  if (scan.key.includes('\ufffd')) return skipError(scan, 'invalid key');
  if (stop !== '=') return true;
  scan.at += 1;
  return line[scan.at] === '"' ? scanQuoted(scan) : scanBare(scan);
}

function endsWord(unit: number): boolean {
  return unit <= 0x20 || unit === 0x3d || unit === 0x22;
}

function scanBare(scan: LogfmtScan): boolean {
  const { line } = scan;
  let end = scan.at;
  while (end < line.length && !endsWord(line.charCodeAt(end))) end += 1;
  scan.value = line.slice(scan.at, end);
  scan.at = end;
  const stop = line[end];
  return stop === '=' || stop === '"' ? skipUnexpected(scan, stop) : true;
}

function scanQuoted(scan: LogfmtScan): boolean {
  const { line } = scan;
  const start = scan.at + 1;
  let end = start;
  while (end < line.length && line[end] !== '"') end += line[end] === '\\' ? 2 : 1;
  if (end >= line.length) {
    scan.at = line.length;
    return skipError(scan, 'unterminated quoted value');
  }
  const value = unescapeJson(line, start, end);
  scan.at = end + 1;
  if (value === undefined) return skipError(scan, 'invalid quoted value');
  scan.value = value;
  return true;
}

function skipUnexpected(scan: LogfmtScan, char: string): false {
  return skipError(scan, `unexpected ${goQuote(char, "'")}`);
}

/** The rest of the word belongs to the error. */
function skipError(scan: LogfmtScan, message: string): false {
  if (scan.error === '') scan.error = `logfmt syntax error at pos ${byteLength(scan.line, scan.at) + 1} : ${message}`;
  while (scan.at < scan.line.length && scan.line.charCodeAt(scan.at) > 0x20) scan.at += 1;
  return false;
}
