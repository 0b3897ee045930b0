// The state of the parser: the tokens of one template, how far they are read, what is in sight; failures in Go's words.
import { goQuote } from './go-quote.ts';
import type { Step } from './node.ts';
import type { Token } from './token.ts';
import { TemplateFault } from './value.ts';

const MAX_DEPTH = 200;

export interface Parser {
  readonly name: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly hasFunction: (name: string) => boolean;
  readonly defined: Map<string, readonly Step[]>;
  /** Variables in sight, the innermost last. */
  variables: string[];
  at: number;
  depth: number;
  rangeDepth: number;
}

export function enter<T>(parser: Parser, inner: () => T): T {
  parser.depth += 1;
  if (parser.depth > MAX_DEPTH) fail(parser, `nested deeper than ${MAX_DEPTH} levels`);
  const result = inner();
  parser.depth -= 1;
  return result;
}

export function next(parser: Parser): Token {
  const token = peek(parser);
  parser.at += 1;
  return token;
}

export function peek(parser: Parser): Token {
  return parser.tokens[parser.at] ?? { kind: 'eof', at: parser.text.length, text: '' };
}

export function nextNonSpace(parser: Parser): Token {
  const token = next(parser);
  return token.kind === 'space' ? nextNonSpace(parser) : token;
}

export function peekNonSpace(parser: Parser): Token {
  const token = nextNonSpace(parser);
  parser.at -= 1;
  return token;
}

export function expect(parser: Parser, kind: Token['kind'], context: string): void {
  const token = nextNonSpace(parser);
  if (token.kind !== kind) unexpected(parser, token, context);
}

export function unexpected(parser: Parser, token: Token, context: string): never {
  if (token.kind === 'error') return fail(parser, token.text);
  return fail(parser, `unexpected ${printToken(token)} in ${context}`);
}

function printToken(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'keyword') return `<${token.text}>`;
  const runes = [...token.text];
  return runes.length > 10 ? `${goQuote(runes.slice(0, 10).join(''))}...` : goQuote(token.text);
}

/** Go names the line it has read up to. */
export function fail(parser: Parser, message: string): never {
  const read = parser.tokens[Math.max(parser.at - 1, 0)]?.at ?? 0;
  const line = parser.text.slice(0, read).split('\n').length;
  throw new TemplateFault(`template: ${parser.name}:${line}: ${message}`);
}
