// Number literals: tokens to values, with the sign in front where there is one.
import type { NumberLiteral } from '../ast.ts';
import { parseFloatText } from '../lexer/go-float.ts';
import type { Token } from '../lexer/token.ts';
import { QueryFault } from './fault.ts';
import type { TokenReader } from './token-reader.ts';

export function isNumberNext(reader: TokenReader): boolean {
  return ['NUMBER', '+', '-'].includes(reader.next.type);
}

export function parseNumber(reader: TokenReader): NumberLiteral {
  const { start } = reader.next;
  const minus = reader.accept('-') !== undefined;
  if (!minus) reader.accept('+');
  const value = readFloat(reader.expect('NUMBER'));
  return { kind: 'number', span: reader.spanFrom(start), value: minus ? -value : value };
}

export function readFloat(token: Token): number {
  const { value, problem } = parseFloatText(token.text);
  if (problem === undefined) return value;
  throw new QueryFault(`unable to parse literal as a float: ${problem}`, { start: token.start, end: token.end });
}
