// Random queries over the whole language, as trees; only such as can be written down and be sound.
import fc from 'fast-check';
import type {
  BinaryOperator,
  Grouping,
  LogQuery,
  MetricQuery,
  Query,
  RangeAggregation,
  RangeOperation,
  Span,
  VectorAggregation,
  VectorMatching,
  VectorOperation,
} from '../ast.ts';
import {
  arbitraryMatcher,
  arbitraryStages,
  arbitraryUnwrap,
  NOWHERE,
  name,
  nanos,
  wellFormed,
} from './arbitrary-stage.ts';

const range = fc.oneof(
  fc.bigInt(0n, 100_000n).map((millis) => millis * 1_000_000n),
  fc.bigInt(1n, 2000n).map((hours) => hours * 3_600_000_000_000n),
  nanos,
);

/** With a matcher that selects something. */
export const arbitraryLogQuery: fc.Arbitrary<LogQuery> = fc
  .tuple(name, fc.array(arbitraryMatcher, { maxLength: 3 }), arbitraryStages)
  .map(([label, more, stages]) => ({
    kind: 'log',
    span: NOWHERE,
    matchers: [{ kind: 'matcher', span: NOWHERE, name: label, operator: '=', value: 'x' }, ...more],
    stages,
  }));

const arbitraryGrouping: fc.Arbitrary<Grouping> = fc.record({
  kind: fc.constant('grouping' as const),
  span: fc.constant<Span>(NOWHERE),
  without: fc.boolean(),
  labels: fc.array(name, { maxLength: 3 }),
});

const OF_LINES: readonly RangeOperation[] = [
  ...(['rate', 'count_over_time', 'bytes_rate', 'bytes_over_time', 'absent_over_time'] as const),
];
const OF_VALUES: readonly RangeOperation[] = [
  ...(['rate', 'rate_counter', 'sum_over_time', 'absent_over_time'] as const),
];
const OF_GROUPS: readonly RangeOperation[] = [
  ...(['avg_over_time', 'min_over_time', 'max_over_time', 'stddev_over_time', 'stdvar_over_time'] as const),
  ...(['first_over_time', 'last_over_time', 'quantile_over_time'] as const),
];

const ofLines = fc.record({ operation: fc.constantFrom(...OF_LINES) });
const ofValues = fc.record({ operation: fc.constantFrom(...OF_VALUES), unwrap: arbitraryUnwrap });
const ofGroups = fc
  .record(
    { operation: fc.constantFrom(...OF_GROUPS), unwrap: arbitraryUnwrap, grouping: arbitraryGrouping },
    { requiredKeys: ['operation', 'unwrap'] },
  )
  .chain((some) =>
    some.operation === 'quantile_over_time'
      ? fc.double({ min: 0, max: 2, noNaN: true }).map((parameter) => ({ ...some, parameter: parameter + 0 }))
      : fc.constant(some),
  );

const arbitraryRange: fc.Arbitrary<RangeAggregation> = fc
  .tuple(fc.oneof(ofLines, ofValues, ofGroups), arbitraryLogQuery, range, fc.oneof(fc.constant(0n), range, nanos))
  .map(([some, query, rangeNanos, offsetNanos]) => ({
    kind: 'rangeAggregation',
    span: NOWHERE,
    query,
    rangeNanos,
    offsetNanos,
    ...some,
  }));

const PLAIN: readonly VectorOperation[] = [
  ...(['sum', 'avg', 'min', 'max', 'count', 'stddev', 'stdvar', 'sort', 'sort_desc'] as const),
];

const vectorHead = fc.oneof(
  fc.record({ operation: fc.constantFrom(...PLAIN), grouping: arbitraryGrouping }, { requiredKeys: ['operation'] }),
  fc.record(
    {
      operation: fc.constantFrom<VectorOperation>('topk', 'bottomk'),
      parameter: fc.integer({ min: 1, max: 1_000_000_000 }),
      grouping: arbitraryGrouping,
    },
    { requiredKeys: ['operation', 'parameter'] },
  ),
  fc.record({ operation: fc.constant<VectorOperation>('approx_topk'), parameter: fc.integer({ min: 1, max: 50 }) }),
);

const matching: fc.Arbitrary<VectorMatching> = fc
  .record(
    {
      on: fc.boolean(),
      labels: fc.array(name, { maxLength: 2 }),
      group: fc.constantFrom<'left' | 'right'>('left', 'right'),
    },
    { requiredKeys: ['on', 'labels'] },
  )
  .chain((head) =>
    fc.array(name, { maxLength: head.group === undefined ? 0 : 2 }).map((include) => ({
      kind: 'matching',
      span: NOWHERE,
      include,
      ...head,
    })),
  );

const OPERATORS: readonly BinaryOperator[] = [
  ...(['+', '-', '*', '/', '%', '^', '==', '!=', '>', '>=', '<', '<=', 'and', 'or', 'unless'] as const),
];
const isSet = (operator: BinaryOperator) => operator === 'and' || operator === 'or' || operator === 'unless';
const amount = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => value + 0);

/** Numbers, and operations on nothing but numbers, do not go with set operators. */
const isNumber = (query: MetricQuery): boolean =>
  query.kind === 'number' || (query.kind === 'binary' && isNumber(query.left) && isNumber(query.right));

const arbitraryMetric = fc.letrec<{ metric: MetricQuery; vector: VectorAggregation }>((tie) => ({
  vector: fc.tuple(vectorHead, tie('metric')).map(([head, operand]) => ({
    kind: 'vectorAggregation',
    span: NOWHERE,
    operand,
    ...head,
  })),
  metric: fc.oneof(
    { maxDepth: 4 },
    arbitraryRange,
    amount.map((value): MetricQuery => ({ kind: 'number', span: NOWHERE, value })),
    amount.map((value): MetricQuery => ({ kind: 'vector', span: NOWHERE, value: Math.abs(value) })),
    tie('vector'),
    fc
      .record(
        {
          operator: fc.constantFrom(...OPERATORS),
          returnBool: fc.boolean(),
          matching,
          left: tie('metric'),
          right: tie('metric'),
        },
        { requiredKeys: ['operator', 'returnBool', 'left', 'right'] },
      )
      .map((some): MetricQuery => {
        const operator = isSet(some.operator) && (isNumber(some.left) || isNumber(some.right)) ? '+' : some.operator;
        return { kind: 'binary', span: NOWHERE, ...some, operator };
      }),
    fc
      .tuple(tie('metric'), fc.array(fc.string(), { minLength: 3, maxLength: 3 }))
      .map(([operand, texts]): MetricQuery => {
        const [destination = '', replacement = '', source = ''] = texts.map(wellFormed);
        return {
          kind: 'labelReplace',
          span: NOWHERE,
          operand,
          destination,
          replacement,
          source,
          expression: '(a|b).*',
        };
      }),
  ),
}));

export const arbitraryQuery: fc.Arbitrary<Query> = fc.oneof(arbitraryLogQuery, arbitraryMetric.metric);
