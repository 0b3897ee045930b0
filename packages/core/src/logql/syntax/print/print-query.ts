// A query as one line, in the form that Loki itself writes queries in. Read back it is the same query.
import type {
  BinaryOperation,
  Grouping,
  LogQuery,
  Matcher,
  Query,
  RangeAggregation,
  VectorAggregation,
} from '../ast.ts';
import { printGoDuration, printRangeDuration } from '../lexer/duration.ts';
import { printFloat, printPlain, printSix } from '../lexer/go-float.ts';
import { quoteGo } from '../lexer/go-string.ts';
import { printMatcher, printStage, printUnwrap } from './print-stage.ts';

export function printLogql(query: Query): string {
  switch (query.kind) {
    case 'log':
      return printLog(query);
    case 'rangeAggregation':
      return `${query.operation}(${printParameter(query)}${printLogRange(query)})${printGrouping(query.grouping, ',')}`;
    case 'vectorAggregation':
      return `${query.operation}${printGrouping(query.grouping, ',')}(${printParameter(query)}${printLogql(query.operand)})`;
    case 'binary':
      return `(${printLogql(query.left)} ${printOperator(query, ',')} ${printLogql(query.right)})`;
    case 'labelReplace': {
      const texts = [query.destination, query.replacement, query.source, query.expression];
      return `label_replace(${[printLogql(query.operand), ...texts.map(quoteGo)].join(',')})`;
    }
    case 'vector':
      return `vector(${printVectorValue(query.value)})`;
    case 'number':
      return printFloat(query.value);
    default:
      return query satisfies never;
  }
}

function printLog({ matchers, stages }: LogQuery): string {
  return [printSelector(matchers), ...stages.map(printStage)].join(' ');
}

export function printSelector(matchers: readonly Matcher[]): string {
  return `{${matchers.map(printMatcher).join(', ')}}`;
}

function printLogRange({ query, unwrap, rangeNanos, offsetNanos }: RangeAggregation): string {
  const behind = unwrap === undefined ? [] : [printUnwrap(unwrap), ...unwrap.filters.map(printStage)];
  return `${[printLog(query), ...behind].join(' ')}${printRange(rangeNanos, offsetNanos)}`;
}

export function printRange(rangeNanos: bigint, offsetNanos: bigint): string {
  const offset = offsetNanos === 0n ? '' : ` offset ${printGoDuration(offsetNanos)}`;
  return `[${printRangeDuration(rangeNanos)}]${offset}`;
}

function printParameter({ parameter }: RangeAggregation | VectorAggregation): string {
  return parameter === undefined ? '' : `${printPlain(parameter)},`;
}

/** With a space in front, so that nothing prints as nothing. */
export function printGrouping(grouping: Grouping | undefined, comma: string): string {
  if (grouping === undefined) return '';
  return ` ${grouping.without ? 'without' : 'by'} (${grouping.labels.join(comma)})`;
}

export function printOperator({ operator, returnBool, matching }: BinaryOperation, comma: string): string {
  const words = [operator, ...(returnBool ? ['bool'] : [])];
  if (matching !== undefined) words.push(matching.on ? 'on' : 'ignoring', `(${matching.labels.join(comma)})`);
  if (matching?.group !== undefined) words.push(`group_${matching.group}`, `(${matching.include.join(comma)})`);
  return words.join(' ');
}

/** Loki prints six digits, which is not always the number. */
export function printVectorValue(value: number): string {
  const six = printSix(value);
  return Number(six) === value ? six : printPlain(value);
}
