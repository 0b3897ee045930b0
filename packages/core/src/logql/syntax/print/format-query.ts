// A query for people: one line where it fits, else broken and indented as Loki's `format_query` does.
import type {
  BinaryOperation,
  LabelReplace,
  LogQuery,
  MetricQuery,
  Query,
  RangeAggregation,
  VectorAggregation,
} from '../ast.ts';
import { printPlain } from '../lexer/go-float.ts';
import { quoteGo } from '../lexer/go-string.ts';
import { isRightAssociative, levelOf } from '../operators.ts';
import { printGrouping, printLogql, printOperator, printRange, printSelector } from './print-query.ts';
import { printStage, printUnwrap } from './print-stage.ts';

const MOST_COLUMNS = 100;

export function formatLogql(query: Query): string {
  return formatAt(query, 0);
}

function indent(level: number): string {
  return '  '.repeat(level);
}

function isShort(line: string): boolean {
  return [...line].length <= MOST_COLUMNS;
}

function formatAt(query: Query, level: number): string {
  const line = printLogql(query);
  if (isShort(line)) return indent(level) + line;
  switch (query.kind) {
    case 'log':
      return formatLog(query, level);
    case 'rangeAggregation':
      return formatRange(query, level);
    case 'vectorAggregation':
      return formatVector(query, level);
    case 'binary':
      return formatBinary(query, level);
    case 'labelReplace':
      return formatLabelReplace(query, level);
    case 'vector':
    case 'number':
      return indent(level) + line;
    default:
      return query satisfies never;
  }
}

function formatLog({ matchers, stages }: LogQuery, level: number): string {
  const lines = stages.map((stage) => indent(level + 1) + printStage(stage));
  return [indent(level) + printSelector(matchers), ...lines].join('\n');
}

function formatRange(query: RangeAggregation, level: number): string {
  const { unwrap, rangeNanos, offsetNanos } = query;
  const behind = unwrap === undefined ? [] : [printUnwrap(unwrap), ...unwrap.filters.map(printStage)];
  const body = [formatAt(query.query, level + 1), ...behind.map((text) => indent(level + 2) + text)].join('\n');
  return [
    `${indent(level)}${query.operation}(`,
    ...formatParameter(query, level + 1),
    `${body} ${printRange(rangeNanos, offsetNanos)}`,
    `${indent(level)})${printGrouping(query.grouping, ', ')}`,
  ].join('\n');
}

function formatVector(query: VectorAggregation, level: number): string {
  return [
    `${indent(level)}${query.operation}${printGrouping(query.grouping, ', ')}(`,
    ...formatParameter(query, level + 1),
    formatAt(query.operand, level + 1),
    `${indent(level)})`,
  ].join('\n');
}

function formatParameter({ parameter }: RangeAggregation | VectorAggregation, level: number): readonly string[] {
  return parameter === undefined ? [] : [`${indent(level)}${printPlain(parameter)},`];
}

function formatBinary(query: BinaryOperation, level: number): string {
  const operator = indent(level) + printOperator(query, ', ');
  const side = (operand: MetricQuery, isOuter: boolean) =>
    isLoose(operand, query, isOuter) ? formatInBrackets(operand, level + 1) : formatAt(operand, level + 1);
  const right = isRightAssociative(query.operator);
  return [side(query.left, !right), operator, side(query.right, right)].join('\n');
}

// Loki breaks operations in operations without brackets, which changes what some queries mean. Here they get brackets then, and
// only then.
/** An operand on many lines that would not stay together. */
function isLoose(operand: MetricQuery, { operator }: BinaryOperation, isOuter: boolean): boolean {
  if (operand.kind !== 'binary' || isShort(printLogql(operand))) return false;
  const [inner = 0, outer = 0] = [levelOf(operand.operator), levelOf(operator)];
  return isOuter ? inner < outer : inner <= outer;
}

function formatInBrackets(query: MetricQuery, level: number): string {
  return `${indent(level)}(\n${formatAt(query, level + 1)}\n${indent(level)})`;
}

function formatLabelReplace(query: LabelReplace, level: number): string {
  const texts = [query.destination, query.replacement, query.source, query.expression].map(quoteGo);
  const lines = [formatAt(query.operand, level + 1), ...texts.map((text) => indent(level + 1) + text)];
  return `${indent(level)}label_replace(\n${lines.join(',\n')}\n${indent(level)})`;
}
