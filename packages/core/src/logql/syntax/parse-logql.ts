// Query text in, a query or Loki's sentence about it out. Never throws, whatever the text.
import type { Matcher, Query, Span } from './ast.ts';
import { findLogQueryProblems } from './checks/log-query.ts';
import { findFirst } from './checks/query-problem.ts';
import { explainSyntaxError } from './errors/explain.ts';
import { lex } from './lexer/lex.ts';
import type { Token } from './lexer/token.ts';
import { QueryFault, SyntaxFault } from './parser/fault.ts';
import { parseQuery } from './parser/parse-query.ts';
import { TokenReader } from './parser/token-reader.ts';

/** What is wrong, in Loki's words and framed as Loki frames it; the place counts lines and characters from 1, the offset UTF-16 units. */
export interface LogqlProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export type ParsedLogql =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly problem: LogqlProblem };

export type ParsedSelector =
  | { readonly ok: true; readonly matchers: readonly Matcher[] }
  | { readonly ok: false; readonly problem: LogqlProblem };

/** Loki's own limit. Within it no text takes longer than a blink: a tenth of a second for the worst. */
const MOST_BYTES = 131_072;

export function parseLogql(text: string): ParsedLogql {
  const read = readQuery(text);
  if (!read.ok) return read;
  const problem = findFirst([...read.deferred, ...findLogQueryProblems(read.query)]);
  return problem === undefined
    ? { ok: true, query: read.query }
    : { ok: false, problem: { message: `parse error : ${problem.message}`, ...placeOf(text, problem.span.start) } };
}

/** For questions about streams: a selector and nothing else, of which `{}` is one. */
export function parseSelectorText(text: string): ParsedSelector {
  const read = readQuery(text);
  if (!read.ok) return read;
  if (read.query.kind === 'log' && read.query.stages.length === 0) return { ok: true, matchers: read.query.matchers };
  return { ok: false, problem: { message: 'only label matchers are supported', ...placeOf(text, 0) } };
}

type ReadQuery =
  | { readonly ok: true; readonly query: Query; readonly deferred: TokenReader['deferred'] }
  | { readonly ok: false; readonly problem: LogqlProblem };

function readQuery(text: string): ReadQuery {
  const refuse = (message: string, { start }: Pick<Span, 'start'>): ReadQuery => ({
    ok: false,
    problem: { message, ...placeOf(text, start) },
  });
  const size = countBytes(text);
  if (size > MOST_BYTES) return refuse(`parse error : input size too long (${size} > ${MOST_BYTES})`, { start: 0 });
  const tokens = lex(text);
  const reader = new TokenReader(tokens);
  try {
    return { ok: true, query: parseQuery(reader), deferred: reader.deferred };
  } catch (error) {
    if (error instanceof QueryFault) return refuse(`parse error : ${error.message}`, error.span);
    if (!(error instanceof SyntaxFault)) throw error;
    const { at, message } = explainSyntaxError(tokens) ?? explainPlainly(tokens, error.token);
    return refuse(printAt(at, message), at);
  }
}

/** Should the rules in `errors` take what the parser refuses; a test says they do not. */
function explainPlainly(tokens: readonly Token[], index: number): { readonly at: Token; readonly message: string } {
  const at = tokens[index] ?? tokens.at(-1);
  if (at === undefined) throw new Error('a list of tokens without its end');
  return { at, message: `syntax error: unexpected ${at.type}` };
}

function printAt({ line, column }: Token, message: string): string {
  return line === 0 && column === 0
    ? `parse error : ${message}`
    : `parse error at line ${line}, col ${column}: ${message}`;
}

/** Lines and characters from 1. */
export function placeOf(text: string, offset: number): Omit<LogqlProblem, 'message'> {
  const before = text.slice(0, offset);
  const lastLine = before.slice(before.lastIndexOf('\n') + 1);
  return { line: before.split('\n').length, column: [...lastLine].length + 1, offset };
}

function countBytes(text: string): number {
  if (text.length * 3 <= MOST_BYTES) return text.length;
  let bytes = 0;
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
