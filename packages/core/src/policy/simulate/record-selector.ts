// A selector in LogQL's form, `{verb="delete"} |~ "/exec" | json | responseStatus_code >= 400`, -> a predicate over records.
// Read here: matchers in braces on any field, line filters, `| json`, and label filters with and, or and brackets. The rest of LogQL goes to its own room.
import { RE2JS } from 're2js';
import { parseLogqlSelector } from './logql-selector.ts';
import { findFieldProblem, type SelectedRecord } from './selected-record.ts';
import { SelectorFault, SelectorText } from './selector-text.ts';

export type ParsedSelector =
  | {
      readonly ok: true;
      readonly matches: (record: SelectedRecord) => boolean;
      /** The names it asks for. */
      readonly fields: ReadonlySet<string>;
    }
  | { readonly ok: false; readonly sentence: string; readonly column: number };

type Condition = (record: SelectedRecord) => boolean;

/** Selectors are typed by people; nothing longer is one. */
const MAX_LENGTH = 64 * 1024;
const MAX_BRACKETS = 100;

export function parseRecordSelector(text: string): ParsedSelector {
  const read = new SelectorText(text);
  try {
    if (text.length > MAX_LENGTH) read.fail('it is longer than 64 KiB');
    const conditions = [...readBraces(read), ...readStages(read)];
    return { ok: true, matches: (record) => conditions.every((holds) => holds(record)), fields: read.fields };
  } catch (error) {
    if (!(error instanceof SelectorFault)) throw error;
    const whole = text.length > MAX_LENGTH || read.misnamed ? undefined : parseLogqlSelector(text);
    if (whole !== undefined) return whole;
    return { ok: false, sentence: error.message, column: read.at + 1 };
  }
}

function readBraces(read: SelectorText): readonly Condition[] {
  if (read.take(/\{/) === undefined) {
    if (/\{/.test(read.text))
      read.fail('a selector starts with "{"; of a query such as sum(count_over_time(…)) give the part from "{" on');
    read.fail('a selector starts with "{", such as {verb="delete"}');
  }
  const conditions: Condition[] = [];
  while (read.take(/\}/) === undefined) {
    const name = needField(read);
    const operator = read.need(/=~|!~|!=|=/, '=, !=, =~ or !~');
    conditions.push(compareText(read, name, operator));
    if (read.take(/,/) !== undefined) continue;
    read.need(/\}/, '"," or "}"');
    break;
  }
  return conditions;
}

function readStages(read: SelectorText): readonly Condition[] {
  const conditions: Condition[] = [];
  while (!read.isAtEnd()) {
    const filter = read.take(/\|=|!=|\|~|!~/);
    if (filter !== undefined) conditions.push(readLineFilter(read, filter));
    else if (read.take(/\[/) !== undefined) read.fail('a selector has no range; leave [5m] and what follows out');
    else {
      read.need(/\|/, '|=, !=, |~, !~, "|" or the end');
      // Fields have their names at once here, so the parser changes nothing.
      if (read.take(/json(?![A-Za-z0-9_])/) === undefined) conditions.push(readAny(read, 0));
    }
  }
  return conditions;
}

/** `|= "a" or "b"` keeps lines with one of them, `!= "a" or "b"` those with none. */
function readLineFilter(read: SelectorText, operator: string): Condition {
  const texts = [read.needQuoted()];
  while (read.take(/or(?![A-Za-z0-9_])/) !== undefined) texts.push(read.needQuoted());
  const wanted = operator.startsWith('|');
  if (operator.endsWith('=')) return ({ line }) => texts.some((text) => line.includes(text)) === wanted;
  const patterns = texts.map((text) => compile(read, text, 0));
  return ({ line }) => patterns.some((pattern) => pattern.test(line)) === wanted;
}

function readAny(read: SelectorText, depth: number): Condition {
  const choices = [readAll(read, depth)];
  while (read.take(/or(?![A-Za-z0-9_])/) !== undefined) choices.push(readAll(read, depth));
  return choices.length === 1 && choices[0] !== undefined
    ? choices[0]
    : (record) => choices.some((holds) => holds(record));
}

function readAll(read: SelectorText, depth: number): Condition {
  const parts = [readFilter(read, depth)];
  while (read.take(/,|and(?![A-Za-z0-9_])/) !== undefined) parts.push(readFilter(read, depth));
  return (record) => parts.every((holds) => holds(record));
}

function readFilter(read: SelectorText, depth: number): Condition {
  if (read.take(/\(/) !== undefined) {
    if (depth >= MAX_BRACKETS) read.fail(`there are more than ${MAX_BRACKETS} brackets in brackets`);
    const inner = readAny(read, depth + 1);
    read.need(/\)/, '")"');
    return inner;
  }
  refuseStage(read);
  const name = needField(read);
  const operator = read.need(/=~|!~|!=|==|>=|<=|=|>|</, 'one of =, !=, =~, !~, ==, >, >=, <, <=');
  const number = read.take(/[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![A-Za-z0-9_.])/);
  if (number === undefined) {
    if (read.take(/(?=[-+.0-9])/) !== undefined) read.fail('durations and sizes are not compared here; give a number');
    if (/^[<>]|==/.test(operator)) read.fail(`expected a number after ${operator}`);
    return compareText(read, name, operator);
  }
  if (operator.endsWith('~')) read.fail(`expected a text in quotes after ${operator}`);
  return compareNumber(name, operator, Number(number));
}

const STAGES =
  /(?:logfmt|regexp|pattern|unpack|unwrap|line_format|label_format|decolorize|drop|keep)(?![A-Za-z0-9_])(?=\s*($|\||"|`|[A-Za-z_]))/;

function refuseStage(read: SelectorText): void {
  const start = read.at;
  const stage = read.take(STAGES);
  if (stage === undefined) return;
  read.at = start;
  read.fail(`| ${stage} is not understood here, only line filters, | json and comparisons of fields are`);
}

function needField(read: SelectorText): string {
  const name = read.need(/[A-Za-z_][A-Za-z0-9_]*/, 'the name of a field, such as verb or objectRef_resource');
  const problem = findFieldProblem(name);
  if (problem === undefined) {
    read.fields.add(name);
    return name;
  }
  read.at -= name.length;
  // LogQL's own labels, such as __error__, are no fields of a record.
  read.misnamed = !name.startsWith('__');
  return read.fail(problem);
}

/** A field that is absent is the empty text, as in LogQL. */
function compareText(read: SelectorText, name: string, operator: string): Condition {
  const text = read.needQuoted();
  if (operator === '=') return ({ field }) => (field(name) ?? '') === text;
  if (operator === '!=') return ({ field }) => (field(name) ?? '') !== text;
  const pattern = compile(read, text, RE2JS.DOTALL);
  const wanted = operator === '=~';
  return ({ field }) => pattern.matches(field(name) ?? '') === wanted;
}

/** As Loki compares: an absent field never holds, one that is no number always does (and must rather stay than go). */
function compareNumber(name: string, operator: string, number: number): Condition {
  const holds = {
    '=': (value: number) => value === number,
    '==': (value: number) => value === number,
    '!=': (value: number) => value !== number,
    '>': (value: number) => value > number,
    '>=': (value: number) => value >= number,
    '<': (value: number) => value < number,
    '<=': (value: number) => value <= number,
  }[operator];
  if (holds === undefined) throw new Error(`no comparison ${operator}`);
  return ({ field }) => {
    const text = field(name);
    if (text === undefined) return false;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return Number.isNaN(value) || holds(value);
  };
}

function compile(read: SelectorText, text: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(text, flags);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return read.fail(`${JSON.stringify(text)} is no regular expression of RE2 (${why})`);
  }
}
