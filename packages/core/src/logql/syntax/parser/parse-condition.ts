// Label filters: `a="b" and (c>5 or d>=1KB), e=ip("…")`. Kept on two stacks instead of calls, so that chains of any length cost no depth here.
import type { Condition, LabelComparison, ValueOperator } from '../ast.ts';
import type { Token } from '../lexer/token.ts';
import { finishMatcher, isMatchOperator } from './parse-matcher.ts';
import { isNumberNext, parseNumber } from './parse-number.ts';
import type { TokenReader } from './token-reader.ts';

/** `beside` is two filters with a comma or nothing between them; `(` waits for its bracket. */
type Pending = 'and' | 'or' | 'beside' | '(';

export function parseCondition(reader: TokenReader): Condition {
  const operands: Condition[] = [];
  const pending: Pending[] = [];
  for (;;) {
    while (reader.accept('(') !== undefined) pending.push('(');
    operands.push(parseComparison(reader));
    while (reader.next.type === ')' && pending.includes('(')) {
      while (pending.at(-1) !== '(') combine(operands, pending);
      pending.pop();
      reader.take();
    }
    const operator = findOperator(reader);
    if (operator === undefined) break;
    reader.countOperator();
    while (bindsTighter(pending.at(-1), operator)) combine(operands, pending);
    pending.push(operator);
  }
  if (pending.includes('(')) return reader.refuse();
  while (pending.length > 0) combine(operands, pending);
  return operands[0] ?? reader.refuse();
}

/** Reads what stands between two filters; nothing needs to. */
function findOperator(reader: TokenReader): Exclude<Pending, '('> | undefined {
  const { type } = reader.next;
  if (type === 'and' || type === 'or') {
    reader.take();
    return type;
  }
  if (reader.accept(',') !== undefined || type === 'IDENTIFIER' || type === '(') return 'beside';
  return undefined;
}

// `and` binds tighter than `or`, and both tighter than a comma or a space would suggest: what stands beside takes in all
// that follows, `a, b or c` is `a and (b or c)`. Loki reads it so.
function bindsTighter(before: Pending | undefined, next: Pending): boolean {
  if (next === 'beside') return false;
  return before === 'and' || (before === 'or' && next === 'or');
}

function combine(operands: Condition[], pending: Pending[]): void {
  const operator = pending.pop();
  const right = operands.pop();
  const left = operands.pop();
  if (left === undefined || right === undefined) throw new Error('an operator without operands');
  const span = { start: left.span.start, end: right.span.end };
  operands.push({ kind: operator === 'or' ? 'or' : 'and', span, left, right });
}

function parseComparison(reader: TokenReader): LabelComparison {
  const label = reader.expect('IDENTIFIER');
  const { type } = reader.second;
  if (type === 'STRING' && isMatchOperator(reader.next)) {
    const { name, span, operator, value } = finishMatcher(reader, label);
    return { kind: 'string', span, label: name, operator, value };
  }
  if (type === 'ip' && (reader.next.type === '=' || reader.next.type === '!=')) return parseIp(reader, label);
  return parseValue(reader, label);
}

function parseIp(reader: TokenReader, label: Token): LabelComparison {
  const operator = reader.take().type === '!=' ? '!=' : '=';
  reader.expect('ip');
  reader.expect('(');
  const value = reader.expect('STRING').text;
  reader.expect(')');
  return { kind: 'ip', span: reader.spanFrom(label.start), label: label.text, operator, value };
}

function parseValue(reader: TokenReader, label: Token): LabelComparison {
  const operator = findValueOperator(reader);
  if (operator === undefined) return reader.refuse();
  const duration = reader.accept('DURATION');
  if (duration?.nanos !== undefined) {
    const span = reader.spanFrom(label.start);
    return { kind: 'duration', span, label: label.text, operator, nanos: duration.nanos };
  }
  const size = reader.accept('BYTES');
  if (size?.bytes !== undefined)
    return { kind: 'bytes', span: reader.spanFrom(label.start), label: label.text, operator, bytes: size.bytes };
  if (!isNumberNext(reader)) return reader.refuse();
  const value = parseNumber(reader).value;
  return { kind: 'number', span: reader.spanFrom(label.start), label: label.text, operator, value };
}

function findValueOperator(reader: TokenReader): ValueOperator | undefined {
  const { type } = reader.next;
  switch (type) {
    case '=':
      reader.take();
      return '==';
    case '==':
    case '!=':
    case '>':
    case '>=':
    case '<':
    case '<=':
      reader.take();
      return type;
    default:
      return undefined;
  }
}
