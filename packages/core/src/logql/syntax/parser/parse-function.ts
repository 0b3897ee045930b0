// Everything written as a function: aggregations, label_replace, vector.
import type {
  LabelReplace,
  MetricQuery,
  RangeAggregation,
  RangeOperation,
  VectorAggregation,
  VectorLiteral,
  VectorOperation,
} from '../ast.ts';
import { findRangeProblem, findVectorProblem } from '../checks/aggregations.ts';
import { findRegexpProblem } from '../checks/regexp.ts';
import { parseFloatText } from '../lexer/go-float.ts';
import { parseLogRange } from './parse-log-range.ts';
import { findGrouping } from './parse-names.ts';
import { readFloat } from './parse-number.ts';
import type { TokenReader } from './token-reader.ts';

/** How operands are read comes from outside: queries hold functions as functions hold queries. */
type ParseMetric = (reader: TokenReader) => MetricQuery;

export function parseFunction(reader: TokenReader, parseMetric: ParseMetric): MetricQuery {
  const { type } = reader.next;
  if (type === 'VECTOR') return parseVector(reader);
  if (type === 'label_replace') return reader.deeper(() => parseLabelReplace(reader, parseMetric));
  if (/_OVER_TIME$|^RATE(?:_COUNTER)?$|^BYTES_RATE$/.test(type)) return parseRangeAggregation(reader);
  if (VECTOR_OPERATIONS.has(type.toLowerCase()))
    return reader.deeper(() => parseVectorAggregation(reader, parseMetric));
  return reader.refuse();
}

const VECTOR_OPERATIONS: ReadonlySet<string> = new Set([
  ...['sum', 'avg', 'min', 'max', 'count', 'stddev', 'stdvar', 'topk', 'bottomk', 'approx_topk', 'sort', 'sort_desc'],
]);

function parseVector(reader: TokenReader): VectorLiteral {
  const word = reader.take();
  reader.expect('(');
  const value = readFloat(reader.expect('NUMBER'));
  reader.expect(')');
  return { kind: 'vector', span: reader.spanFrom(word.start), value };
}

function parseLabelReplace(reader: TokenReader, parseMetric: ParseMetric): LabelReplace {
  const word = reader.take();
  reader.expect('(');
  const operand = parseMetric(reader);
  const [destination, replacement, source, expression] = [0, 1, 2, 3].map(() => {
    reader.expect(',');
    return reader.expect('STRING');
  });
  reader.expect(')');
  if (destination === undefined || replacement === undefined || source === undefined || expression === undefined)
    return reader.refuse();
  const problem = findRegexpProblem(`^(?:${expression.text})$`);
  const span = reader.spanFrom(word.start);
  if (problem !== undefined) reader.defer(`invalid regex in label_replace: ${problem}`, span);
  return {
    kind: 'labelReplace',
    span,
    operand,
    destination: destination.text,
    replacement: replacement.text,
    source: source.text,
    expression: expression.text,
  };
}

function parseRangeAggregation(reader: TokenReader): RangeAggregation {
  const word = reader.take();
  const operation = word.text.toLowerCase() as RangeOperation;
  reader.expect('(');
  const parameter = reader.accept('NUMBER');
  if (parameter !== undefined) reader.expect(',');
  const range = parseLogRange(reader);
  reader.expect(')');
  const grouping = findGrouping(reader);
  const span = reader.spanFrom(word.start);
  const problem = findRangeProblem(operation, parameter?.text, range.unwrap !== undefined, grouping !== undefined);
  if (problem !== undefined) reader.defer(problem, span);
  return {
    kind: 'rangeAggregation',
    span,
    operation,
    ...range,
    ...(parameter === undefined ? {} : { parameter: parseFloatText(parameter.text).value }),
    ...(grouping === undefined ? {} : { grouping }),
  };
}

function parseVectorAggregation(reader: TokenReader, parseMetric: ParseMetric): VectorAggregation {
  const word = reader.take();
  const operation = word.text.toLowerCase() as VectorOperation;
  const before = findGrouping(reader);
  reader.expect('(');
  const parameter = reader.second.type === ',' ? reader.accept('NUMBER') : undefined;
  if (parameter !== undefined) reader.expect(',');
  const operand = parseMetric(reader);
  reader.expect(')');
  const grouping = before ?? findGrouping(reader);
  const span = reader.spanFrom(word.start);
  const problem = findVectorProblem(operation, parameter?.text, grouping !== undefined);
  if (problem !== undefined) reader.defer(problem, span);
  return {
    kind: 'vectorAggregation',
    span,
    operation,
    operand,
    ...(parameter === undefined ? {} : { parameter: Number(parameter.text) }),
    ...(grouping === undefined ? {} : { grouping }),
  };
}
