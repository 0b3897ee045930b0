// Whole queries: operators by how tightly they bind, functions, brackets, log queries at the leaves.
import type { BinaryOperator, MetricQuery, Query, VectorMatching } from '../ast.ts';
import type { Token } from '../lexer/token.ts';
import { isRightAssociative, levelOf } from '../operators.ts';
import { type Modifier, makeBinary } from './make-binary.ts';
import { parseFunction } from './parse-function.ts';
import { parseSelector } from './parse-matcher.ts';
import { parseNames } from './parse-names.ts';
import { isNumberNext, parseNumber } from './parse-number.ts';
import { parseStages } from './parse-stage.ts';
import type { TokenReader } from './token-reader.ts';

export function parseQuery(reader: TokenReader): Query {
  const query = parseOperation(reader, 0);
  if (reader.next.type !== '$end') return reader.refuse();
  return query;
}

/** Where a log query cannot stand, whatever follows it is what should not be there. */
function parseMetric(reader: TokenReader): MetricQuery {
  const query = parseOperation(reader, 0);
  return query.kind === 'log' ? reader.refuse() : query;
}

function parseOperation(reader: TokenReader, loosest: number): Query {
  const { start } = reader.next;
  let left = parseOperand(reader);
  for (;;) {
    const level = levelOf(reader.next.type);
    if (level === undefined || level < loosest) return left;
    const operator = reader.take();
    reader.countOperator();
    const modifier = parseModifier(reader);
    const right = reader.deeper(() => parseOperation(reader, isRightAssociative(operator.type) ? level : level + 1));
    left = makeBinary(reader, operator.type as BinaryOperator, modifier, left, right, reader.spanFrom(start));
  }
}

function parseOperand(reader: TokenReader): Query {
  if (reader.next.type === '{') {
    const { start } = reader.next;
    const matchers = parseSelector(reader);
    const stages = parseStages(reader);
    return { kind: 'log', span: reader.spanFrom(start), matchers, stages };
  }
  if (reader.accept('(') !== undefined) {
    const inner = reader.deeper(() => parseOperation(reader, 0));
    reader.expect(')');
    return inner;
  }
  if (isNumberNext(reader)) return parseNumber(reader);
  return parseFunction(reader, parseMetric);
}

function parseModifier(reader: TokenReader): Modifier {
  const returnBool = reader.accept('bool') !== undefined;
  const word = reader.accept('on') ?? reader.accept('ignoring');
  if (word === undefined) return { returnBool };
  return { returnBool, matching: parseMatching(reader, word) };
}

function parseMatching(reader: TokenReader, word: Token): VectorMatching {
  const labels = parseNames(reader);
  const side = reader.accept('group_left') ?? reader.accept('group_right');
  const include = side !== undefined && reader.next.type === '(' ? parseNames(reader) : [];
  return {
    kind: 'matching',
    span: reader.spanFrom(word.start),
    on: word.type === 'on',
    labels,
    include,
    ...(side === undefined ? {} : { group: side.type === 'group_left' ? 'left' : 'right' }),
  };
}
