// `(a, b)` and `()`: the label names of groupings and matchings.
import type { Grouping } from '../ast.ts';
import type { TokenReader } from './token-reader.ts';

export function parseNames(reader: TokenReader): readonly string[] {
  reader.expect('(');
  if (reader.accept(')') !== undefined) return [];
  const names = reader.list(() => reader.expect('IDENTIFIER').text);
  reader.expect(')');
  return names;
}

export function findGrouping(reader: TokenReader): Grouping | undefined {
  const word = reader.accept('by') ?? reader.accept('without');
  if (word === undefined) return undefined;
  const labels = parseNames(reader);
  return { kind: 'grouping', span: reader.spanFrom(word.start), without: word.type === 'without', labels };
}
