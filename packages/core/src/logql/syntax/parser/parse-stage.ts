// The stages of a pipeline, each from its `|` (or filter sign) to its end.
import type {
  Extraction,
  LabelAssignment,
  LabelTarget,
  LineFilter,
  LineFilterAlternative,
  LineFilterOperator,
  Stage,
} from '../ast.ts';
import { findParserPatternProblem } from '../checks/line-pattern.ts';
import { findNamedGroupsProblem } from '../checks/regexp.ts';
import type { Token, TokenType } from '../lexer/token.ts';
import { QueryFault } from './fault.ts';
import { parseCondition } from './parse-condition.ts';
import { finishMatcher, isMatchOperator } from './parse-matcher.ts';
import type { TokenReader } from './token-reader.ts';

const LINE_FILTERS: ReadonlySet<TokenType> = new Set(['|=', '|~', '|>', '!=', '!~', '!>']);

/** All stages that follow. With an `unwrap` behind them they end before its `|`. */
export function parseStages(reader: TokenReader): readonly Stage[] {
  const stages: Stage[] = [];
  for (;;) {
    if (LINE_FILTERS.has(reader.next.type)) stages.push(parseLineFilter(reader));
    else if (reader.next.type === '|' && reader.second.type !== 'unwrap') stages.push(parsePipedStage(reader));
    else return stages;
  }
}

function parseLineFilter(reader: TokenReader): LineFilter {
  const sign = reader.take();
  const alternatives = [parseAlternative(reader)];
  while (reader.accept('or') !== undefined) alternatives.push(parseAlternative(reader));
  const operator = sign.text as LineFilterOperator;
  return { kind: 'lineFilter', span: reader.spanFrom(sign.start), operator, alternatives };
}

function parseAlternative(reader: TokenReader): LineFilterAlternative {
  const { start } = reader.next;
  if (reader.accept('ip') === undefined) {
    const value = reader.expect('STRING').text;
    return { kind: 'text', span: reader.spanFrom(start), value };
  }
  reader.expect('(');
  const value = reader.expect('STRING').text;
  reader.expect(')');
  return { kind: 'ip', span: reader.spanFrom(start), value };
}

function parsePipedStage(reader: TokenReader): Stage {
  const { start } = reader.expect('|');
  const stage = parseStageBody(reader);
  return { ...stage, span: reader.spanFrom(start) };
}

type DropSpan<Node> = Node extends Stage ? Omit<Node, 'span'> : never;

function parseStageBody(reader: TokenReader): DropSpan<Stage> {
  if (reader.next.type === 'IDENTIFIER' || reader.next.type === '(')
    return { kind: 'labelFilter', condition: parseCondition(reader) };
  const word = reader.next;
  switch (word.type) {
    case 'json':
      reader.take();
      return { kind: 'json', extractions: parseExtractions(reader) };
    case 'logfmt':
      reader.take();
      return { kind: 'logfmt', ...parseFlags(reader), extractions: parseExtractions(reader) };
    case 'regexp':
      reader.take();
      return { kind: 'regexp', expression: expectSound(reader, 'regexp', findNamedGroupsProblem) };
    case 'pattern':
      reader.take();
      return { kind: 'pattern', expression: expectSound(reader, 'pattern', findParserPatternProblem) };
    case 'line_format':
      reader.take();
      return { kind: 'lineFormat', template: reader.expect('STRING').text };
    case 'label_format':
      reader.take();
      return { kind: 'labelFormat', assignments: reader.list(() => parseAssignment(reader)) };
    case 'drop':
    case 'keep':
      reader.take();
      return { kind: word.type, targets: reader.list(() => parseTarget(reader)) };
    case 'unpack':
    case 'decolorize':
      reader.take();
      return { kind: word.type };
    default:
      return reader.refuse();
  }
}

/** Loki looks at these two at once, so their faults come before faults of the grammar further on. */
function expectSound(reader: TokenReader, what: string, findProblem: (text: string) => string | undefined): string {
  const token = reader.expect('STRING');
  const problem = findProblem(token.text);
  if (problem === undefined) return token.text;
  throw new QueryFault(`invalid ${what} parser: ${problem}`, { start: token.start, end: token.end });
}

function parseFlags(reader: TokenReader): { readonly strict: boolean; readonly keepEmpty: boolean } {
  const flags = new Set<string>();
  for (let flag = reader.accept('PARSER_FLAG'); flag !== undefined; flag = reader.accept('PARSER_FLAG'))
    flags.add(flag.text);
  return { strict: flags.has('--strict'), keepEmpty: flags.has('--keep-empty') };
}

function parseExtractions(reader: TokenReader): readonly Extraction[] {
  if (reader.next.type !== 'IDENTIFIER') return [];
  return reader.list(() => {
    const label = reader.expect('IDENTIFIER');
    const path = reader.accept('=') === undefined ? label : reader.expect('STRING');
    return { kind: 'extraction', span: reader.spanFrom(label.start), label: label.text, path: path.text };
  });
}

function parseAssignment(reader: TokenReader): LabelAssignment {
  const label = reader.expect('IDENTIFIER');
  reader.expect('=');
  const source = reader.accept('IDENTIFIER');
  const value: Token = source ?? reader.expect('STRING');
  const span = reader.spanFrom(label.start);
  if (source !== undefined) return { kind: 'rename', span, label: label.text, source: source.text };
  return { kind: 'template', span, label: label.text, template: value.text };
}

function parseTarget(reader: TokenReader): LabelTarget {
  const name = reader.expect('IDENTIFIER');
  if (isMatchOperator(reader.next)) return finishMatcher(reader, name);
  return { kind: 'labelName', span: reader.spanFrom(name.start), name: name.text };
}
