// `{a="b", c=~"d"}` and its parts, which label filters, drop and keep have too.
import type { Matcher, MatchOperator } from '../ast.ts';
import { findRegexpProblem } from '../checks/regexp.ts';
import type { Token } from '../lexer/token.ts';
import { QueryFault } from './fault.ts';
import type { TokenReader } from './token-reader.ts';

export function parseSelector(reader: TokenReader): readonly Matcher[] {
  reader.expect('{');
  if (reader.accept('}') !== undefined) return [];
  const matchers = reader.list(() => parseMatcher(reader));
  reader.expect('}');
  return matchers;
}

function parseMatcher(reader: TokenReader): Matcher {
  const name = reader.expect('IDENTIFIER');
  if (!isMatchOperator(reader.next)) return reader.refuse();
  return finishMatcher(reader, name);
}

export function isMatchOperator(token: Token): boolean {
  return token.type === '=' || token.type === '!=' || token.type === '=~' || token.type === '!~';
}

/** Behind the name, when one of the four operators is next. */
export function finishMatcher(reader: TokenReader, name: Token): Matcher {
  const operator = reader.take().text as MatchOperator;
  const value = reader.expect('STRING');
  if (operator === '=~' || operator === '!~') checkRegexp(value);
  return { kind: 'matcher', span: reader.spanFrom(name.start), name: name.text, operator, value: value.text };
}

function checkRegexp(token: Token): void {
  const problem = findRegexpProblem(token.text);
  if (problem !== undefined) throw new QueryFault(problem, { start: token.start, end: token.end });
}
